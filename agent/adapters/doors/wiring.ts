import { limits, SlotNumber, SlotSize } from '@latchwork/shared';
import { z } from 'zod';
import { isLineUrl, LINE_URL_HINT } from '../byte-stream/line-from-url.ts';
import { profileEntries } from '../lock-board/profiles.ts';
import { WiredName } from '../lock-board/serial-profile.ts';

const LINES_MAX = 16;
const BOARDS_MAX = 64;
/** However strong a supply is. */
export const DOORS_AT_ONCE_MAX = 8;
const FEATURES_MAX = 16;

const LineEntry = z.strictObject({
  name: WiredName,
  url: z.string().refine(isLineUrl, LINE_URL_HINT),
  /** Left out, it is what the boards on the line are made for. */
  baudRate: z.int().min(300).max(921_600).optional(),
});

const BoardEntry = z.discriminatedUnion('profile', profileEntries, {
  error: ({ code, input }) => {
    if (code !== 'invalid_union') return undefined;
    const isGiven = (input as { profile?: unknown } | undefined)?.profile !== undefined;
    return `${isGiven ? 'there is no such profile' : 'profile is missing'}; those known are ${knownProfiles()}`;
  },
});

const SupplyEntry = z.strictObject({
  name: WiredName,
  boards: z.array(WiredName).min(1),
  /** What it delivers, from which follows how many doors it opens at once. */
  amperes: z.number().positive().max(1_000).optional(),
  /** What one lock takes; a KR-S99N takes 2.4 A at 12 V and 1.2 A at 24 V. */
  amperesPerDoor: z.number().positive().max(100).default(2.4),
  /** At most what the amperes allow, where they are given. */
  doorsAtOnce: z.int().min(1).max(DOORS_AT_ONCE_MAX).optional(),
});

const Level = z.enum(['on', 'off']);
/** Counted from 1. */
const wired = { board: WiredName, input: z.int().min(1) };
const DoorSwitch = z.strictObject({ ...wired, openWhen: Level });
const OccupancySensor = z.strictObject({ ...wired, occupiedWhen: Level });
const ServiceSwitch = z.strictObject({ ...wired, onWhen: Level });

/** What a slot offers. `low`: within reach from a wheelchair; `stepFree`: reached without a step. */
const Feature = z.enum(['low', 'stepFree', 'refrigerated', 'heated', 'outdoor', 'charging']);

const SlotEntry = z.strictObject({
  number: SlotNumber,
  board: WiredName,
  channel: z.int().min(1),
  size: SlotSize,
  features: z.array(Feature).max(FEATURES_MAX).default([]),
  /** True where a child can get inside; the way out has then to be named. */
  fitsChild: z.boolean().default(false),
  /** How a person shut inside gets out, such as `handle inside the door`. */
  insideRelease: z.string().trim().min(3).max(limits.textCharactersMax).optional(),
  /** True where the door has no switch. */
  blind: z.boolean().default(false),
  /** A switch on the door itself, beside the lock's own. */
  doorSwitch: DoorSwitch.optional(),
  occupancySensor: OccupancySensor.optional(),
});

/** A file as written, with its defaults, before what follows from it was worked out. */
export const Wiring = z.strictObject({
  lines: z.array(LineEntry).max(LINES_MAX),
  boards: z.array(BoardEntry).min(1).max(BOARDS_MAX),
  supplies: z.array(SupplyEntry).default([]),
  slots: z.array(SlotEntry).min(1).max(limits.slotsMax),
  /** Turned on by a technician who works at the cabinet. */
  serviceSwitch: ServiceSwitch.optional(),
});
export type Wiring = z.infer<typeof Wiring>;

function knownProfiles(): string {
  return profileEntries.map((entry) => entry.shape.profile.value).join(', ');
}
