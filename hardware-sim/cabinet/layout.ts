import { z } from 'zod';
import { BoardConfig, baudOf, inputsOf, LINE_NAME_DEFAULT, LineName } from '../boards/board-config.ts';

const DOORS_MAX = 1000;
const BOARDS_MAX = 64;
const LINES_MAX = 16;
const SUPPLIES_MAX = 64;
const SPRING_MS_MAX = 10_000;
const BAUD_MAX = 1_000_000;
const AMPERES_MAX = 1000;
/** A KR-S99N at 12 V; at 24 V it takes half of that. */
const COIL_AMPERES = 2.4;

const line = LineName.default(LINE_NAME_DEFAULT);
const board = z.int().min(0);
const BoardPlace = z.strictObject({ line, board });

/** A serial line for lock boards. `baud` null: as its first board's profile leaves the factory. */
export const LockLinePlace = z.strictObject({
  name: LineName,
  baud: z.int().min(300).max(BAUD_MAX).nullable().default(null),
  /** Where the host finds it: as the cabinet was started where null. */
  kind: z.enum(['pty', 'tcp', 'memory']).nullable().default(null),
});
export type LockLinePlace = z.infer<typeof LockLinePlace>;

/** Where a switch or sensor is wired, and when its input carries current. */
const inputPlace = <const When extends [string, string]>(when: When) =>
  z.strictObject({ line, board, input: z.int().min(1), onWhen: z.enum(when).default(when[0] as never) });

/** One compartment and what its lock is wired to. `feedback` null: as its board is set. */
export const DoorPlace = z.strictObject({
  number: z.int().min(1).max(DOORS_MAX),
  size: z.enum(['S', 'M', 'L']),
  line,
  board,
  channel: z.int().min(1),
  feedback: z.enum(['closedShorts', 'openShorts']).nullable().default(null),
  /** A switch at the leaf, apart from the hook's; null: none. */
  doorSwitch: inputPlace(['closed', 'open']).nullable().default(null),
  /** A sensor that sees whether something lies inside; null: none. */
  occupancy: inputPlace(['occupied', 'empty']).nullable().default(null),
});
export type DoorPlace = z.infer<typeof DoorPlace>;

/** A power supply. It feeds the coils and boards named; with neither it feeds all that no other one does. */
export const SupplyPlace = z.strictObject({
  name: z.string().min(1).max(32),
  amperes: z.number().positive().max(AMPERES_MAX),
  coilAmperes: z.number().positive().max(AMPERES_MAX).default(COIL_AMPERES),
  boards: z.array(BoardPlace).max(BOARDS_MAX).default([]),
  doors: z.array(z.int()).max(DOORS_MAX).default([]),
  /** When it sags, the boards that it feeds reset, too. */
  sagResetsBoards: z.boolean().default(false),
});
export type SupplyPlace = z.infer<typeof SupplyPlace>;

/** A cabinet as it was built: its lines, boards, doors and supplies, and how long a spring takes to throw a door open. */
export const CabinetLayout = z
  .strictObject({
    lines: z
      .array(LockLinePlace)
      .min(1)
      .max(LINES_MAX)
      .default([{ name: LINE_NAME_DEFAULT, baud: null, kind: null }]),
    boards: z.array(BoardConfig).min(1).max(BOARDS_MAX),
    doors: z.array(DoorPlace).min(1).max(DOORS_MAX),
    supplies: z.array(SupplyPlace).max(SUPPLIES_MAX).default([]),
    /** A key switch inside that says "a technician is here"; null: none. */
    serviceSwitch: inputPlace(['on', 'off']).nullable().default(null),
    springMs: z.int().min(0).max(SPRING_MS_MAX).default(60),
  })
  .superRefine((layout, context) => {
    for (const message of contradictions(layout)) context.addIssue({ code: 'custom', message });
  });
export type CabinetLayout = z.infer<typeof CabinetLayout>;

/** 16 doors on one 16-way board at address 1: S 1–6, M 7–12, L 13–16, door N on channel N. */
export function defaultLayout(): CabinetLayout {
  const doors = Array.from({ length: 16 }, (_, index) => {
    const number = index + 1;
    const size = number <= 6 ? 'S' : number <= 12 ? 'M' : 'L';
    return { number, size, board: 1, channel: number };
  });
  // Boards of this family bear 6 A, by their documents.
  return CabinetLayout.parse({ boards: [{ address: 1 }], doors, supplies: [{ name: 'main', amperes: 6 }] });
}

/** The speed of a line: its own, or that of its first board. */
export function baudOfLine(layout: CabinetLayout, { name, baud }: LockLinePlace): number {
  return baud ?? baudOf(layout.boards.find((config) => config.line === name)?.profile ?? 'bcc8a');
}

function contradictions(layout: CabinetLayout): string[] {
  const { lines, boards, doors, supplies } = layout;
  const named = (place: { line: string; board: number }) => `board ${place.board} of line ${place.line}`;
  const boardOf = (place: { line: string; board: number }) =>
    boards.find((config) => config.address === place.board && config.line === place.line);
  const inputs = [
    ...doors.flatMap(({ doorSwitch, occupancy }) => [doorSwitch, occupancy]),
    layout.serviceSwitch,
  ].filter((input) => input !== null);
  const known = (number: number) => doors.some((door) => door.number === number);

  return [
    ...twice(
      lines.map(({ name }) => `line ${name}`),
      'is named twice',
    ),
    ...twice(
      boards.map(({ line: on, address }) => named({ line: on, board: address })),
      'is there twice',
    ),
    ...twice(
      doors.map(({ number }) => `door ${number}`),
      'is named twice',
    ),
    ...twice(
      doors.map((door) => `${named(door)}, channel ${door.channel},`),
      'has two doors',
    ),
    ...twice(
      inputs.map((input) => `${named(input)}, input ${input.input},`),
      'has two things wired to it',
    ),
    ...twice(
      supplies.map(({ name }) => `supply ${name}`),
      'is named twice',
    ),
    ...boards
      .filter((config) => !lines.some(({ name }) => name === config.line))
      .map((config) => `board ${config.address}: there is no line ${config.line}`),
    ...doors
      .filter((door) => door.channel > (boardOf(door)?.channels ?? 0))
      .map((door) => `door ${door.number}: ${named(door)} has no channel ${door.channel}`),
    ...inputs
      .filter((place) => place.input > inputsOfPlace(boardOf(place)))
      .map((place) => `${named(place)} has no input ${place.input}`),
    ...supplies.flatMap(({ name, boards: fed, doors: numbers }) => [
      ...fed.filter((place) => !boardOf(place)).map((place) => `supply ${name}: there is no ${named(place)}`),
      ...numbers
        .filter((number) => !known(number))
        .map((number) => `supply ${name}: there is no door ${number}`),
    ]),
  ];
}

function inputsOfPlace(config: BoardConfig | undefined): number {
  return config ? inputsOf(config) : 0;
}

function twice(keys: string[], what: string): string[] {
  const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [...new Set(repeated)].map((key) => `${key} ${what}`);
}
