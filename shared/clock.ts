import { z } from 'zod';
import { UnixMs } from './units.ts';

/**
 * How far a locker trusts its own time: `good` agrees with fresh server time, `floor` has not been
 * confirmed since it started, `suspect` jumped more than a day and awaits a second source.
 */
export const ClockState = z.enum(['good', 'floor', 'suspect']);
export type ClockState = z.infer<typeof ClockState>;

/** What a locker says of its clock: the wall time, the trust in it, and the floor that never goes back. */
export const ClockClaim = z.strictObject({ at: UnixMs, state: ClockState, floor: UnixMs });
export type ClockClaim = z.infer<typeof ClockClaim>;
