import { problems, SlotNumber } from '@latchwork/shared';
import { z } from 'zod';
import type { KioskAction } from '../core/input.ts';
import type { KioskView } from '../core/screen.ts';

/**
 * The screen: shows what the core says and passes on what a person touches. `show` never fails; a
 * page that is not there sees the latest view when it comes. `start` rejects when its port is taken.
 */
export interface Kiosk {
  start(listener: { onAction(action: KioskAction): void }): Promise<void>;
  show(view: KioskView): void;
  stop(): Promise<void>;
}

/** What a page is sent at its socket: the view, whenever it changes, or why its last message was not taken. */
export type KioskMessage = KioskView | { error: string };

/** What a page sends now and then while its script runs: a line that stands says only that the browser does. */
export const pageIsHere = 'here';

/** The form in which a page sends what a person touched. */
export const KioskActionMessage: z.ZodType<KioskAction> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('enterCode'), code: z.string().regex(/^[0-9]{1,12}$/) }),
  z.strictObject({ do: z.literal('finish') }),
  z.strictObject({ do: z.literal('reopen') }),
  z.strictObject({ do: z.literal('cancel') }),
  z.strictObject({ do: z.literal('confirmDoor'), position: z.enum(['open', 'closed']) }),
  z.strictObject({ do: z.literal('doorIsShut') }),
  z.strictObject({ do: z.literal('touchSlot'), slot: SlotNumber }),
  z.strictObject({ do: z.literal('endService') }),
  z.strictObject({ do: z.literal('settleSlot'), slot: SlotNumber, occupied: z.boolean() }),
  z.strictObject({
    do: z.literal('reportProblem'),
    slot: SlotNumber.exactOptional(),
    problem: z.enum(problems),
  }),
]);
