import { createPublicKey, type X509Certificate } from 'node:crypto';
import type { UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { recordCertificate } from './device-certificates.ts';
import { readDeviceRequest } from './device-request.ts';

/** A third of a certificate's life: time enough for a locker that is without a line for a season. */
const renewBeforeMs = 120 * 24 * 60 * 60_000;
/** A locker that was stored for so long after its certificate expired still comes back by itself. */
const renewGraceMs = 365 * 24 * 60 * 60_000;
/** A locker that asks again sooner than this has gone wrong. */
const renewAgainAfterMs = 60 * 60_000;

export type Renewal =
  | { ok: true; certificate: string }
  | { ok: false; reason: 'certificate not known' | 'not due' | 'too soon' | 'certificate request bad' };

/**
 * Signs a further certificate for the key that the locker proved to have with this one, which may have expired, but must be
 * known, not revoked, and of the computer that stands in the locker. The one before counts until it expires.
 */
export async function renewCertificate(
  { db, authority }: { db: Kysely<Tables>; authority: CertificateAuthority },
  { presented, request, nowMs }: { presented: X509Certificate; request: string; nowMs: UnixMs },
): Promise<Renewal> {
  // TLS has looked at an expired certificate's date and may have looked at nothing else.
  if (!authority.signed(presented)) return { ok: false, reason: 'certificate not known' };
  return db.transaction().execute(async (transaction) => {
    const known = await transaction
      .selectFrom('device_certificate as certificate')
      .innerJoin('device', 'device.device_id', 'certificate.device_id')
      .innerJoin('locker', 'locker.locker_id', 'certificate.locker_id')
      .selectAll('certificate')
      .where('certificate.serial', '=', presented.serialNumber.toLowerCase())
      .where('certificate.revoked_at', 'is', null)
      .where('certificate.expires_at', '>', new Date(nowMs - renewGraceMs))
      .where('device.retired_at', 'is', null)
      .where('locker.status', '!=', 'retired')
      .forUpdate('device')
      .executeTakeFirst();
    if (!known || presented.subject !== `CN=${known.locker_id}`)
      return { ok: false, reason: 'certificate not known' };
    if (known.expires_at.getTime() - nowMs > renewBeforeMs) return { ok: false, reason: 'not due' };
    const newest = await transaction
      .selectFrom('device_certificate')
      .select(({ fn }) => fn.max('issued_at').as('issuedAt'))
      .where('device_id', '=', known.device_id)
      .executeTakeFirstOrThrow();
    if (newest.issuedAt.getTime() > nowMs - renewAgainAfterMs) return { ok: false, reason: 'too soon' };
    const wish = await readDeviceRequest(request);
    const asked =
      wish && createPublicKey({ key: Buffer.from(wish.publicKey.rawData), format: 'der', type: 'spki' });
    if (!wish || !asked?.equals(presented.publicKey)) return { ok: false, reason: 'certificate request bad' };
    const { device_id: deviceId, locker_id: lockerId, country } = known;
    const issued = await authority.certifyLocker(lockerId, wish, nowMs);
    await recordCertificate(transaction, { deviceId, lockerId, country }, { ...issued, nowMs });
    return { ok: true, certificate: issued.certificate };
  });
}
