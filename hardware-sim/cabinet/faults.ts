import { z } from 'zod';

const PULSES_MAX = 1000;
const SLOW_MS_MAX = 600_000;
const DEAD_BOARDS_MAX = 64;
const EVERY_NTH_MAX = 1000;

/** What can be wrong with one door; null: nothing. */
export const DoorFaults = z.strictObject({
  /** The pulse does not free the latch: for good, or until the n-th pulse from now, which does. */
  jam: z
    .union([z.literal('forGood'), z.strictObject({ untilPulse: z.int().min(1).max(PULSES_MAX) })])
    .nullable(),
  /** The door springs open only this long after the pulse began. */
  slow: z.strictObject({ delayMs: z.int().min(0).max(SLOW_MS_MAX) }).nullable(),
  /** The hook switch does not say what the hook does. */
  lyingSwitch: z.enum(['inverted', 'stuckOpen', 'stuckClosed']).nullable(),
});
export type DoorFaults = z.infer<typeof DoorFaults>;

/** What can be wrong with the lock boards' line. */
export const LockLineFaults = z.strictObject({
  /** Bytes that mean nothing before a reply, or a reply with a flipped bit; on every n-th reply. */
  noise: z
    .strictObject({
      style: z.enum(['beforeReplies', 'garbledReplies']),
      everyNth: z.int().min(1).max(EVERY_NTH_MAX).default(1),
    })
    .nullable(),
  /** The adapter hears itself: whatever is sent comes back. */
  echo: z.boolean(),
  /** Addresses of the boards that neither hear, nor drive, nor answer. */
  deadBoards: z.array(z.int().min(1)).max(DEAD_BOARDS_MAX),
  /** The cable is out: the port itself is gone. */
  unplugged: z.boolean(),
});
export type LockLineFaults = z.infer<typeof LockLineFaults>;

/** What can be wrong with the scanner's line. */
export const ScannerLineFaults = z.strictObject({ unplugged: z.boolean() });
export type ScannerLineFaults = z.infer<typeof ScannerLineFaults>;

/** Every fault of a cabinet, doors by number. */
export const Faults = z.strictObject({
  doors: z.record(z.string().regex(/^[1-9]\d{0,3}$/), DoorFaults),
  lock: LockLineFaults,
  scanner: ScannerLineFaults,
});
export type Faults = z.infer<typeof Faults>;

/** Changes to one door's faults: what is named is set, null clears it, the rest stays. */
export const DoorFaultsChange = DoorFaults.partial();
export type DoorFaultsChange = z.infer<typeof DoorFaultsChange>;

/** Changes to one line's faults, as {@link DoorFaultsChange}. */
export const LineFaultsChange = z.union([
  LockLineFaults.partial().extend({ line: z.literal('lock').default('lock') }),
  ScannerLineFaults.partial().extend({ line: z.literal('scanner') }),
]);
export type LineFaultsChange = z.input<typeof LineFaultsChange>;

export function noDoorFaults(): DoorFaults {
  return { jam: null, slow: null, lyingSwitch: null };
}

export function noLockLineFaults(): LockLineFaults {
  return { noise: null, echo: false, deadBoards: [], unplugged: false };
}

/** The faults with what the change names put in their place. */
export function applyChange<T extends object>(
  faults: T,
  change: { [Key in keyof T]?: T[Key] | undefined },
): T {
  const named = Object.entries(change).filter(([key, value]) => key in faults && value !== undefined);
  return { ...faults, ...Object.fromEntries(named) };
}
