import { z } from 'zod';
import { UnixMs } from './units.ts';

export const ClockState = z
  .enum(['good', 'floor', 'suspect'])
  .describe(
    'How far a locker trusts its own time: `good` agrees with fresh server time, `floor` has not been ' +
      'confirmed since it started, `suspect` jumped more than a day and awaits a second source.',
  );
export type ClockState = z.infer<typeof ClockState>;

export const ClockClaim = z
  .strictObject({
    at: UnixMs.describe('The wall time.'),
    state: ClockState,
    floor: UnixMs.describe('The time that never goes back; expiry is judged by it.'),
  })
  .describe('What a locker says of its clock.');
export type ClockClaim = z.infer<typeof ClockClaim>;
