import { type Cell, cellOfLocker, entityId, type LockerId, type UnixMs } from '@latchwork/shared';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';
import { claimBytes, claimFrom, claimHash } from './claim-text.ts';
import type { KeyRing } from './key-ring.ts';

export const claimLifetimeMs = 24 * 60 * 60_000;

export type Enrolment =
  | { ok: true; lockerId: LockerId; lockerKey: Uint8Array }
  | { ok: false; reason: 'claim unknown' | 'claim used' | 'claim expired' };

interface Moment {
  nowMs: UnixMs;
  random: Random;
}

/** A new permission to enrol as this locker. Throws AccessError `lockerUnknown`. */
export async function makeClaim(
  db: Kysely<Tables>,
  lockerId: LockerId,
  { nowMs, random }: Moment,
): Promise<{ claim: string; expiresAt: UnixMs }> {
  const locker = await db
    .selectFrom('locker')
    .select('country')
    .where('locker_id', '=', lockerId)
    .executeTakeFirst();
  if (!locker) throw new AccessError('lockerUnknown', `There is no locker ${lockerId}.`);
  const claim = claimFrom(random.bytes(claimBytes));
  const hash = claimHash(claim);
  if (hash === undefined) throw new TypeError('a claim that was just made is none');
  const expiresAt = nowMs + claimLifetimeMs;
  await db
    .insertInto('claim')
    .values({
      claim_hash: hash,
      locker_id: lockerId,
      country: locker.country,
      created_at: new Date(nowMs),
      expires_at: new Date(expiresAt),
    })
    .execute();
  return { claim, expiresAt };
}

/**
 * Spends a claim and registers the computer that brought it, in the place of any before. The claim is found by
 * its hash, so that the time taken tells nothing of how much of a guess was right.
 */
export async function enrol(
  db: Kysely<Tables>,
  ring: KeyRing,
  { claim: text, nowMs, random }: { claim: string } & Moment,
): Promise<Enrolment> {
  const hash = claimHash(text);
  if (hash === undefined) return { ok: false, reason: 'claim unknown' };
  return db.transaction().execute(async (transaction) => {
    const claim = await transaction
      .selectFrom('claim')
      .selectAll()
      .where('claim_hash', '=', hash)
      .forUpdate()
      .executeTakeFirst();
    if (!claim) return { ok: false, reason: 'claim unknown' };
    if (claim.spent_at) return { ok: false, reason: 'claim used' };
    if (claim.expires_at.getTime() <= nowMs) return { ok: false, reason: 'claim expired' };
    const generation = await activate(transaction, claim.locker_id);
    const deviceId = entityId(cellOfLocker(claim.locker_id) satisfies Cell, random.uuidv7(nowMs));
    await replaceDevice(transaction, { ...claim, deviceId, generation, nowMs });
    await transaction
      .updateTable('claim')
      .set({ spent_at: new Date(nowMs), device_id: deviceId })
      .where('claim_hash', '=', hash)
      .execute();
    return { ok: true, lockerId: claim.locker_id, lockerKey: ring.lockerKey(generation, claim.locker_id) };
  });
}

/** Puts a new locker into service, and returns the generation of its key. */
async function activate(transaction: Transaction<Tables>, lockerId: LockerId): Promise<number> {
  const locker = await transaction
    .selectFrom('locker')
    .select(['status', 'key_generation'])
    .where('locker_id', '=', lockerId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (locker.status === 'new')
    await transaction
      .updateTable('locker')
      .set({ status: 'active' })
      .where('locker_id', '=', lockerId)
      .execute();
  return locker.key_generation;
}

async function replaceDevice(
  transaction: Transaction<Tables>,
  device: { locker_id: LockerId; country: string; deviceId: string; generation: number; nowMs: UnixMs },
): Promise<void> {
  const now = new Date(device.nowMs);
  await transaction
    .updateTable('device')
    .set({ retired_at: now })
    .where('locker_id', '=', device.locker_id)
    .where('retired_at', 'is', null)
    .execute();
  await transaction
    .insertInto('device')
    .values({
      device_id: device.deviceId,
      locker_id: device.locker_id,
      country: device.country,
      key_generation: device.generation,
      enrolled_at: now,
    })
    .execute();
}

/** Drops claims that expired before then. Whoever brings one still is told that it is unknown. */
export async function forgetClaims(db: Kysely<Tables>, beforeMs: UnixMs): Promise<void> {
  await db.deleteFrom('claim').where('expires_at', '<', new Date(beforeMs)).execute();
}
