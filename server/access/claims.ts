import { type Cell, cellOfLocker, entityId, type LockerId, type UnixMs } from '@latchwork/shared';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Random } from '../random.ts';
import { AccessError } from './access-error.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { claimBytes, claimFrom, claimHash } from './claim-text.ts';
import { recordCertificate, retireDevice } from './device-certificates.ts';
import { readDeviceRequest } from './device-request.ts';
import type { KeyRing } from './key-ring.ts';

export const claimLifetimeMs = 24 * 60 * 60_000;

export type Enrolment =
  | {
      ok: true;
      lockerId: LockerId;
      lockerKey: Uint8Array;
      /** PEM; where one was asked for. */
      certificate?: string;
    }
  | { ok: false; reason: 'claim unknown' | 'claim used' | 'claim expired' | 'certificate request bad' };

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
 * Spends a claim and registers the computer that brought it, in the place of any before, whose certificates are
 * revoked. The claim is found by its hash, so that the time taken tells nothing of how much of a guess was right.
 *
 * @param certify the computer's PKCS #10 request, in PEM, and who signs; without it, it gets no certificate
 */
export async function enrol(
  db: Kysely<Tables>,
  ring: KeyRing,
  {
    claim: text,
    certify,
    nowMs,
    random,
  }: { claim: string; certify?: { authority: CertificateAuthority; request: string } } & Moment,
): Promise<Enrolment> {
  const hash = claimHash(text);
  if (hash === undefined) return { ok: false, reason: 'claim unknown' };
  const request = certify && (await readDeviceRequest(certify.request));
  if (certify && !request) return { ok: false, reason: 'certificate request bad' };
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
    const { locker_id: lockerId, country } = claim;
    await retireDevice(transaction, lockerId, nowMs);
    await registerDevice(transaction, { ...claim, deviceId, generation, nowMs });
    const issued = request && (await certify?.authority.certifyLocker(lockerId, request, nowMs));
    if (issued) await recordCertificate(transaction, { deviceId, lockerId, country }, { ...issued, nowMs });
    await transaction
      .updateTable('claim')
      .set({ spent_at: new Date(nowMs), device_id: deviceId })
      .where('claim_hash', '=', hash)
      .execute();
    return {
      ok: true,
      lockerId,
      lockerKey: ring.lockerKey(generation, lockerId),
      ...(issued && { certificate: issued.certificate }),
    };
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

async function registerDevice(
  transaction: Transaction<Tables>,
  device: { locker_id: LockerId; country: string; deviceId: string; generation: number; nowMs: UnixMs },
): Promise<void> {
  await transaction
    .insertInto('device')
    .values({
      device_id: device.deviceId,
      locker_id: device.locker_id,
      country: device.country,
      key_generation: device.generation,
      enrolled_at: new Date(device.nowMs),
    })
    .execute();
}

/** Drops claims that expired before then. Whoever brings one still is told that it is unknown. */
export async function forgetClaims(db: Kysely<Tables>, beforeMs: UnixMs): Promise<void> {
  await db.deleteFrom('claim').where('expires_at', '<', new Date(beforeMs)).execute();
}
