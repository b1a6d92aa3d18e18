import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database/index.ts';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';
import {
  type AuthorityPems,
  type CertificateAuthority,
  certificateAuthority,
  makeAuthority,
} from './certificate-authority.ts';
import { damaged, openSecretFile, type SecretFile } from './secret-file.ts';

const AuthorityFile = z.strictObject({
  version: z.literal(1),
  key: z.string(),
  certificate: z.string(),
});

/**
 * The certificate authority of this database. The first start makes it and leaves its fingerprint with the
 * database; from then on each needs the other. Throws AccessError `authorityMissing`, `authorityMismatch`,
 * `authorityExposed`, `authorityUnreadable`, `authorityUnwritable`.
 *
 * @param path of authority.json
 */
export async function openAuthority(
  db: Kysely<Tables>,
  { path, nowMs, random }: { path: string; nowMs: number; random: Random },
): Promise<CertificateAuthority> {
  const loss = 'every locker has to be enrolled again';
  const file: SecretFile = { path, name: 'certificate authority', code: 'authority', loss };
  const known = await readFingerprints(db);
  const make = async () => ({ version: 1, ...(await makeAuthority(nowMs, random)) });
  const text = await openSecretFile(file, { make: known.length === 0 ? make : undefined, random });
  const authority = await parse(file, text, random);
  if (known.length === 0)
    await db
      .insertInto('certificate_authority')
      .values({ singleton: true, fingerprint: authority.fingerprint, created_at: new Date(nowMs) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  // Another server may have left its fingerprint in between: read what counts now.
  if (!(await readFingerprints(db)).includes(authority.fingerprint))
    throw new AccessError(
      'authorityMismatch',
      `The certificate authority at ${path} is not the one of this database. Put the authority.json that ` +
        'belongs to this database in place, or name the right database.',
    );
  return authority;
}

async function readFingerprints(db: Kysely<Tables>): Promise<string[]> {
  const rows = await db.selectFrom('certificate_authority').select('fingerprint').execute();
  return rows.map(({ fingerprint }) => fingerprint);
}

async function parse(file: SecretFile, text: string, random: Random): Promise<CertificateAuthority> {
  try {
    const pems: AuthorityPems = AuthorityFile.parse(JSON.parse(text));
    return await certificateAuthority(pems, random);
  } catch {
    throw damaged(file);
  }
}
