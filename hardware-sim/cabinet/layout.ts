import { z } from 'zod';
import { Bcc8aConfig } from '../boards/bcc8a-config.ts';

const DOORS_MAX = 1000;
const BOARDS_MAX = 32;
const SPRING_MS_MAX = 10_000;

/** One compartment and what its lock is wired to. `feedback` null: as its board is set. */
export const DoorPlace = z.strictObject({
  number: z.int().min(1).max(DOORS_MAX),
  size: z.enum(['S', 'M', 'L']),
  board: z.int().min(1),
  channel: z.int().min(1),
  feedback: z.enum(['closedShorts', 'openShorts']).nullable().default(null),
});
export type DoorPlace = z.infer<typeof DoorPlace>;

/** A cabinet as it was built: its boards on one line, its doors, and how long a spring takes to throw a door open. */
export const CabinetLayout = z
  .strictObject({
    boards: z.array(Bcc8aConfig).min(1).max(BOARDS_MAX),
    doors: z.array(DoorPlace).min(1).max(DOORS_MAX),
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
  return CabinetLayout.parse({ boards: [{ address: 1 }], doors });
}

function contradictions(layout: { boards: Bcc8aConfig[]; doors: DoorPlace[] }): string[] {
  const board = new Map(layout.boards.map((config) => [config.address, config]));
  const repeats = (keys: string[]) => keys.filter((key, index) => keys.indexOf(key) !== index);
  const unwired = layout.doors.filter((door) => door.channel > (board.get(door.board)?.channels ?? 0));
  return [
    ...repeats(layout.boards.map((config) => `board address ${config.address}`)).map(
      (key) => `${key} is used twice`,
    ),
    ...repeats(layout.doors.map((door) => `door ${door.number}`)).map((key) => `${key} is named twice`),
    ...repeats(layout.doors.map((door) => `board ${door.board} channel ${door.channel}`)).map(
      (key) => `${key} has two doors`,
    ),
    ...unwired.map((door) => `door ${door.number}: board ${door.board} has no channel ${door.channel}`),
  ];
}
