import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';
import type { KeyRing } from './key-ring.ts';
import { openKeyRingFile } from './key-ring-file.ts';

/**
 * The key ring of this database. The first start makes it and leaves its fingerprint with the database; from
 * then on each needs the other. Throws AccessError `keyRingMissing`, `keyRingMismatch` and those of the file.
 *
 * @param path of keyring.json
 */
export async function openKeyRing(
  db: Kysely<Tables>,
  { path, nowMs, random }: { path: string; nowMs: number; random: Random },
): Promise<KeyRing> {
  const known = await readFingerprints(db);
  const ring = await openKeyRingFile(path, { mayMake: known.size === 0, random });
  assertSame(ring, known, path);
  const missing = ring.fingerprints().filter(({ generation }) => !known.has(generation));
  if (missing.length === 0) return ring;
  await db
    .insertInto('key_ring')
    .values(missing.map((row) => ({ ...row, created_at: new Date(nowMs) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // Another server may have left its fingerprint in between: read what counts now.
  assertSame(ring, await readFingerprints(db), path);
  return ring;
}

async function readFingerprints(db: Kysely<Tables>): Promise<Map<number, string>> {
  const rows = await db.selectFrom('key_ring').select(['generation', 'fingerprint']).execute();
  return new Map(rows.map((row) => [row.generation, row.fingerprint]));
}

function assertSame(ring: KeyRing, known: ReadonlyMap<number, string>, path: string): void {
  const own = new Map(ring.fingerprints().map(({ generation, fingerprint }) => [generation, fingerprint]));
  for (const [generation, fingerprint] of known) {
    if (own.get(generation) === fingerprint) continue;
    throw new AccessError(
      'keyRingMismatch',
      `The key ring at ${path} is not the one of this database (generation ${generation} differs or is ` +
        'missing). Put the keyring.json that belongs to this database in place, or name the right database.',
    );
  }
}
