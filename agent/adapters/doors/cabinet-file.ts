import { SlotNumber, SlotSize } from '@latchwork/shared';
import { z } from 'zod';
import { isLineUrl, LINE_URL_HINT } from '../byte-stream/line-from-url.ts';
import { defaultBaudRate, isSerialEntry, profileEntries } from '../lock-board/profiles.ts';
import { WiredName } from '../lock-board/serial-profile.ts';
import { DOORS_AT_ONCE_DEFAULT } from './power-limits.ts';

const LINES_MAX = 16;
const BOARDS_MAX = 64;
const DOORS_AT_ONCE_MAX = 8;

const Name = WiredName;

const LineEntry = z.strictObject({
  name: Name,
  url: z.string().refine(isLineUrl, LINE_URL_HINT),
  /** Left out, it is what the boards on the line are made for. */
  baudRate: z.int().min(300).max(921_600).optional(),
});

const SupplyEntry = z.strictObject({
  name: Name,
  boards: z.array(Name).min(1),
  /** The supply's amperes divided by a lock's, rounded down; a KR-S99N takes 2.4 A at 12 V. */
  doorsAtOnce: z.int().min(1).max(DOORS_AT_ONCE_MAX).default(DOORS_AT_ONCE_DEFAULT),
});

const SlotEntry = z.strictObject({
  number: SlotNumber,
  board: Name,
  channel: z.int().min(1),
  size: SlotSize,
  /** True where the door has no switch. */
  blind: z.boolean().default(false),
});

/** How a cabinet is wired: its lines, the boards on them, what feeds them, and which door hangs where. */
export const CabinetFile = z
  .strictObject({
    lines: z.array(LineEntry).min(1).max(LINES_MAX),
    boards: z.array(z.discriminatedUnion('profile', profileEntries)).min(1).max(BOARDS_MAX),
    supplies: z.array(SupplyEntry).default([]),
    slots: z.array(SlotEntry).min(1),
  })
  .superRefine((cabinet, context) => {
    for (const message of contradictions(cabinet)) context.addIssue({ code: 'custom', message });
  });
export type CabinetFile = z.infer<typeof CabinetFile>;

function contradictions({ lines, boards, supplies, slots }: CabinetFile): string[] {
  const lineNames = new Set(lines.map((line) => line.name));
  const board = new Map(boards.map((entry) => [entry.name, entry]));
  const fed = supplies.flatMap((supply) => supply.boards);
  return [
    ...twice(lines.map((line) => `line ${line.name}`)),
    ...twice(lines.map((line) => `the url ${line.url}`)),
    ...twice(boards.map((entry) => `board ${entry.name}`)),
    ...twice(boards.map((entry) => `address ${entry.address} on line ${entry.line}`)),
    ...twice(supplies.map((supply) => `supply ${supply.name}`)),
    ...twice(fed.map((name) => `a supply for board ${name}`)),
    ...twice(slots.map((slot) => `slot ${slot.number}`)),
    ...twice(slots.map((slot) => `channel ${slot.channel} of board ${slot.board}`)),
    ...boards
      .filter((entry) => !lineNames.has(entry.line))
      .map((entry) => `board ${entry.name}: there is no line ${entry.line}`),
    ...boards.flatMap((entry) =>
      Object.keys(entry.feedbackByChannel)
        .filter((channel) => Number(channel) > entry.channels)
        .map((channel) => `board ${entry.name} has no channel ${channel}`),
    ),
    ...lines
      .filter((line) => line.baudRate === undefined)
      .map(
        (line) =>
          [line.name, boards.filter(isSerialEntry).filter((entry) => entry.line === line.name)] as const,
      )
      .filter(([, on]) => on.length > 0 && defaultBaudRate(on.map((entry) => entry.profile)) === undefined)
      .map(([name]) => `line ${name}: its boards are made for different rates, so baudRate must be given`),
    ...fed
      .filter((name) => !board.has(name))
      .map((name) => `a supply names board ${name}, which there is not`),
    ...slots
      .filter((slot) => slot.channel > (board.get(slot.board)?.channels ?? 0))
      .map((slot) => `slot ${slot.number}: there is no channel ${slot.channel} on a board ${slot.board}`),
  ];
}

function twice(keys: readonly string[]): string[] {
  const repeated = keys.filter((key, at) => keys.indexOf(key) !== at);
  return [...new Set(repeated)].map((key) => `${key} is given twice`);
}
