import { z } from 'zod';
import { LockerId } from './ids.ts';

const pem = z.string().max(8 * 1024);

/** `POST /v1/enrol` */
export const EnrolRequest = z.strictObject({
  /** The one-use claim that `server locker create` printed. Dashes, blanks and case do not count. */
  claim: z.string().min(1).max(64),
  /** A PKCS #10 request (RFC 2986) in PEM, signed by the P-256 key that the locker made; without it there is no certificate. */
  request: pem.optional(),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

/** What a locker gets for its claim, once. */
export const EnrolAnswer = z.object({
  lockerId: LockerId,
  /** 32 bytes in base64url, from which all of the locker's keys derive. */
  lockerKey: z.string().regex(/^[0-9A-Za-z_-]{43}$/, 'not a locker key'),
  /** The broker's addresses; at least one is there. */
  broker: z.object({
    mqtt: z.url().optional(),
    ws: z.url().optional(),
    /** Where the certificate is asked for. */
    mqtts: z.url().optional(),
    wss: z.url().optional(),
  }),
  /** For the key of the request: PEM, its common name the locker's id. */
  certificate: pem.optional(),
  /** PEM; signs the lockers' certificates and the broker's own. */
  authority: pem.optional(),
  /** Where the certificate is renewed, by HTTPS with it. */
  renewal: z.url().optional(),
  serverVersion: z.string().max(40),
});
export type EnrolAnswer = z.infer<typeof EnrolAnswer>;

/** `POST /v1/device/certificate`, by HTTPS with the certificate that is to be renewed, expired or not. */
export const RenewRequest = z.strictObject({
  /** A PKCS #10 request in PEM, of the certificate's own key. */
  request: pem,
});
export type RenewRequest = z.infer<typeof RenewRequest>;

/** Status 200; 204 says that it is not due yet. */
export const RenewAnswer = z.object({ certificate: pem });
export type RenewAnswer = z.infer<typeof RenewAnswer>;
