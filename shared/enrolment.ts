import { z } from 'zod';
import { LockerId } from './ids.ts';

/** `POST /v1/enrol`: the one-use claim that `server locker create` printed. Dashes, blanks and case do not count. */
export const EnrolRequest = z.strictObject({ claim: z.string().min(1).max(64) });
export type EnrolRequest = z.infer<typeof EnrolRequest>;

/** What a locker gets for its claim, once. */
export const EnrolAnswer = z.object({
  lockerId: LockerId,
  /** 32 bytes in base64url, from which all of the locker's keys derive. */
  lockerKey: z.string().regex(/^[0-9A-Za-z_-]{43}$/, 'not a locker key'),
  /** The broker's addresses; at least one is there. */
  broker: z.object({ mqtt: z.url().optional(), ws: z.url().optional() }),
  serverVersion: z.string().max(40),
});
export type EnrolAnswer = z.infer<typeof EnrolAnswer>;
