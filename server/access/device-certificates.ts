import type { EntityId, LockerId, UnixMs } from '@latchwork/shared';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/index.ts';
import { AccessError } from './access-error.ts';
import type { IssuedCertificate } from './certificate-authority.ts';

/** Who a device is, and where its rows belong. */
export interface EnrolledDevice {
  deviceId: EntityId;
  lockerId: LockerId;
  country: string;
}

/** From its commit on this certificate is good. */
export async function recordCertificate(
  transaction: Transaction<Tables>,
  { deviceId, lockerId, country }: EnrolledDevice,
  { serial, expiresAt, nowMs }: IssuedCertificate & { nowMs: UnixMs },
): Promise<void> {
  await transaction
    .insertInto('device_certificate')
    .values({
      serial,
      device_id: deviceId,
      locker_id: lockerId,
      country,
      issued_at: new Date(nowMs),
      expires_at: new Date(expiresAt),
    })
    .execute();
}

/**
 * Takes the locker's computer out of service, and revokes what it proves itself with; its open connections are cut
 * by whoever holds them. Resolves with the serials.
 */
export async function retireDevice(
  transaction: Transaction<Tables>,
  lockerId: LockerId,
  nowMs: UnixMs,
): Promise<string[]> {
  const now = new Date(nowMs);
  await transaction
    .updateTable('device')
    .set({ retired_at: now })
    .where('locker_id', '=', lockerId)
    .where('retired_at', 'is', null)
    .execute();
  const revoked = await transaction
    .updateTable('device_certificate')
    .set({ revoked_at: now })
    .where('locker_id', '=', lockerId)
    .where('revoked_at', 'is', null)
    .returning('serial')
    .execute();
  return revoked.map(({ serial }) => serial);
}

/**
 * For a unit that was stolen or given up: nobody is this locker any more until a new claim is spent. Resolves with how
 * many certificates counted until now. Throws AccessError `lockerUnknown`.
 */
export async function revokeLocker(
  db: Kysely<Tables>,
  lockerId: LockerId,
  nowMs: UnixMs,
): Promise<{ lockerId: LockerId; certificatesRevoked: number }> {
  return db.transaction().execute(async (transaction) => {
    const locker = await transaction
      .selectFrom('locker')
      .select('locker_id')
      .where('locker_id', '=', lockerId)
      .forUpdate()
      .executeTakeFirst();
    if (!locker) throw new AccessError('lockerUnknown', `There is no locker ${lockerId}.`);
    const serials = await retireDevice(transaction, lockerId, nowMs);
    // A claim that still lies about would let the thief back in.
    await transaction
      .updateTable('claim')
      .set({ spent_at: new Date(nowMs) })
      .where('locker_id', '=', lockerId)
      .where('spent_at', 'is', null)
      .execute();
    return { lockerId, certificatesRevoked: serials.length };
  });
}

/**
 * Which of these serials still open a connection, and for which locker: known here, neither expired nor revoked, and
 * of the computer that stands in the locker now.
 */
export async function goodCertificates(
  db: Kysely<Tables>,
  serials: readonly string[],
  nowMs: UnixMs,
): Promise<ReadonlyMap<string, LockerId>> {
  if (serials.length === 0) return new Map();
  const rows = await db
    .selectFrom('device_certificate as certificate')
    .innerJoin('device', 'device.device_id', 'certificate.device_id')
    .innerJoin('locker', 'locker.locker_id', 'certificate.locker_id')
    .select(['certificate.serial', 'certificate.locker_id'])
    .where('certificate.serial', '=', (expression) => expression.fn.any(expression.val([...serials])))
    .where('certificate.revoked_at', 'is', null)
    .where('certificate.expires_at', '>', new Date(nowMs))
    .where('device.retired_at', 'is', null)
    .where('locker.status', '!=', 'retired')
    .execute();
  return new Map(rows.map(({ serial, locker_id }) => [serial, locker_id]));
}
