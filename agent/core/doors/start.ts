import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { DoorPosition } from '../input.ts';
import type { Opening } from '../state.ts';
import { finishOpening, unsettle } from './finish.ts';
import { seenOpen } from './opening.ts';

/**
 * After a start, before anyone is served: no pulse is repeated. An opening whose door is found open goes on; one
 * that was seen open and shut again is over; of any other nobody knows what happened, and its slot is unsettled.
 */
export function settleAfterStart(d: Draft, doors: ReadonlyMap<SlotNumber, DoorPosition>): void {
  d.set({ doors, started: true });
  d.keepSlots();
  for (const opening of d.state.tables.openings.values())
    resume(d, opening, doors.get(opening.slot) ?? 'unknown');
  for (const [slot, position] of doors)
    if (position === 'open' && d.slot(slot) && !d.opening(slot))
      d.emit({ kind: 'door.opened', slot, atStart: true });
  for (const { slot, reopening } of d.state.tables.slots.values())
    if (reopening) d.startTimer(`lapse:${slot}`, Math.max(0, reopening.untilPoweredMs - d.poweredMs));
}

function resume(d: Draft, opening: Opening, position: DoorPosition): void {
  if (position === 'open') {
    d.effect({ kind: 'watchDoor', slot: opening.slot, on: true });
    return seenOpen(d, opening, { atStart: true });
  }
  // A door seen shut stays shut without a pulse, also where its board does not answer yet, or is blind.
  if (opening.phase === 'closed') finishOpening(d, opening);
  else unsettle(d, opening, 'interrupted');
}
