import type { z } from 'zod';
import { contradictions } from './cabinet-contradictions.ts';
import { hasHook } from './hooks.ts';
import { DOORS_AT_ONCE_DEFAULT } from './power-limits.ts';
import { doorsAllowed, doorsBorne } from './supply-amperes.ts';
import { DOORS_AT_ONCE_MAX, Wiring } from './wiring.ts';

/**
 * How a cabinet is wired: its lines, the boards on them, what feeds them, and which door hangs where. What follows from
 * it is filled in: how many doors a supply opens at once, and how many of those one board bears, and that a door without
 * any switch is blind.
 */
export const CabinetFile = Wiring.superRefine((wiring, context) => {
  for (const { path, message } of contradictions(wiring))
    context.addIssue({ code: 'custom', path: [...path], message });
}).transform((wiring) => ({
  ...wiring,
  supplies: wiring.supplies.map((supply) => ({
    ...supply,
    doorsAtOnce:
      supply.doorsAtOnce ?? Math.min(doorsAllowed(supply) ?? DOORS_AT_ONCE_DEFAULT, DOORS_AT_ONCE_MAX),
    doorsAtOnceByBoard: Object.fromEntries(
      wiring.boards
        .filter(({ name }) => supply.boards.includes(name))
        .map((board) => [board.name, doorsBorne(board, supply.amperesPerDoor)] as const)
        .filter((borne): borne is [string, number] => borne[1] !== undefined),
    ),
  })),
  slots: wiring.slots.map((slot) => ({
    ...slot,
    blind: slot.blind || !(slot.doorSwitch || hasHook(wiring.boards, slot)),
  })),
}));
export type CabinetFile = z.infer<typeof CabinetFile>;
