import { z } from 'zod';
import { LINE_NAME_DEFAULT, LineName } from '../boards/board-config.ts';

const PULSES_MAX = 1000;
const SLOW_MS_MAX = 600_000;
const CHATTER_MS_MAX = 5000;
const CHATTER_EVERY_MS_MIN = 2;
const FLAP_EVERY_MS_MIN = 10;
const FLAP_EVERY_MS_MAX = 60_000;
const BOARDS_MAX = 64;
const EVERY_NTH_MAX = 1000;
const NOISE_BYTES_MAX = 64;
const REPLY_BYTES_MAX = 64;
const LATE_MS_MAX = 60_000;
const SILENT_MS_MAX = 600_000;
const FLOOD_BYTES_PER_S_MAX = 1_000_000;

/** How a switch or sensor fails to say what is so. */
const SwitchLie = z.enum(['inverted', 'stuckOpen', 'stuckClosed']);

/** What can be wrong with one door; null: nothing. */
export const DoorFaults = z.strictObject({
  /** The pulse does not free the latch: for good, or until the n-th pulse from now, which does. */
  jam: z
    .union([z.literal('forGood'), z.strictObject({ untilPulse: z.int().min(1).max(PULSES_MAX) })])
    .nullable(),
  /** Dirt: the door springs open only this long after the pulse began. */
  slow: z.strictObject({ delayMs: z.int().min(0).max(SLOW_MS_MAX) }).nullable(),
  /** A parcel presses the door from inside, so that its hook is free only while somebody pushes the door in. */
  pressed: z.boolean(),
  /** The hook switch does not say what the hook does. */
  lyingSwitch: SwitchLie.nullable(),
  /** After each move the hook switch chatters for a while. */
  bounce: z
    .strictObject({
      forMs: z.int().min(1).max(CHATTER_MS_MAX),
      everyMs: z.int().min(CHATTER_EVERY_MS_MIN).max(CHATTER_MS_MAX),
    })
    .nullable(),
  /** The hook switch says now this, now that, without end. */
  flapping: z.strictObject({ everyMs: z.int().min(FLAP_EVERY_MS_MIN).max(FLAP_EVERY_MS_MAX) }).nullable(),
  /** The separate door switch lies, where there is one. */
  lyingDoorSwitch: SwitchLie.nullable(),
  /** The occupancy sensor lies, where there is one. */
  lyingOccupancy: z.enum(['inverted', 'stuckOccupied', 'stuckEmpty']).nullable(),
});
export type DoorFaults = z.infer<typeof DoorFaults>;

const everyNth = z.int().min(1).max(EVERY_NTH_MAX).default(1);
const board = z.int().min(0).max(255);
const boards = <T extends z.ZodType>(of: T) => z.array(of).max(BOARDS_MAX);

/** What can be wrong with one line of lock boards, and with the boards on it, by their addresses. */
export const LockLineFaults = z.strictObject({
  /** Bytes that mean nothing before a reply, or a reply with a flipped bit; on every n-th reply. */
  noise: z
    .strictObject({
      style: z.enum(['beforeReplies', 'garbledReplies']),
      /** How many come before a reply; 4 unless told. */
      bytes: z.int().min(1).max(NOISE_BYTES_MAX).optional(),
      everyNth,
    })
    .nullable(),
  /** Every n-th reply ends too soon, by this many bytes. */
  truncated: z
    .strictObject({ bytesLost: z.int().min(1).max(REPLY_BYTES_MAX).default(2), everyNth })
    .nullable(),
  /** Every n-th reply leaves this much later, whatever has been asked since. */
  late: z.strictObject({ delayMs: z.int().min(1).max(LATE_MS_MAX), everyNth }).nullable(),
  /** Garbage comes without end and without being asked for. */
  flood: z.strictObject({ bytesPerS: z.int().min(1).max(FLOOD_BYTES_PER_S_MAX) }).nullable(),
  /** The adapter hears itself: whatever is sent comes back. */
  echo: z.boolean(),
  /** Boards that neither hear, nor drive, nor answer. */
  deadBoards: boards(board),
  /** Boards that are set to another address, which may be another board's: both then drive and talk at once. */
  misaddressed: boards(z.strictObject({ board, as: board })),
  /** Boards that listen to their own address and answer with another one. */
  wrongAnswers: boards(z.strictObject({ board, as: board })),
  /** Boards that reset so long after each pulse has begun: the coil drops, and they are silent for a while. */
  resetting: boards(
    z.strictObject({
      board,
      afterMs: z.int().min(0).max(SILENT_MS_MAX),
      silentMs: z.int().min(0).max(SILENT_MS_MAX),
    }),
  ),
  /** The cable is out: the port itself is gone. */
  unplugged: z.boolean(),
});
export type LockLineFaults = z.infer<typeof LockLineFaults>;

/** What can be wrong with the scanner's line. */
export const ScannerLineFaults = z.strictObject({ unplugged: z.boolean() });
export type ScannerLineFaults = z.infer<typeof ScannerLineFaults>;

/** Changes to one door's faults: what is named is set, null or false clears it, the rest stays. */
export const DoorFaultsChange = DoorFaults.partial();
export type DoorFaultsChange = z.infer<typeof DoorFaultsChange>;

/** Changes to one line's faults, as {@link DoorFaultsChange}; without a `line` they are the lock line `lock`'s. */
export const LineFaultsChange = z.union([
  LockLineFaults.partial().extend({ line: LineName.default(LINE_NAME_DEFAULT) }),
  ScannerLineFaults.partial().extend({ line: z.literal('scanner') }),
]);
export type LineFaultsChange = z.input<typeof LineFaultsChange>;

export function noDoorFaults(): DoorFaults {
  return {
    jam: null,
    slow: null,
    pressed: false,
    lyingSwitch: null,
    bounce: null,
    flapping: null,
    lyingDoorSwitch: null,
    lyingOccupancy: null,
  };
}

export function noLockLineFaults(): LockLineFaults {
  return {
    noise: null,
    truncated: null,
    late: null,
    flood: null,
    echo: false,
    deadBoards: [],
    misaddressed: [],
    wrongAnswers: [],
    resetting: [],
    unplugged: false,
  };
}

/** The faults with what the change names put in their place. */
export function applyChange<T extends object>(
  faults: T,
  change: { [Key in keyof T]?: T[Key] | undefined },
): T {
  const named = Object.entries(change).filter(([key, value]) => key in faults && value !== undefined);
  return { ...faults, ...Object.fromEntries(named) };
}
