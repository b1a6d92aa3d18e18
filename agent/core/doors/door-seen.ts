import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { DoorPosition } from '../input.ts';
import { seenClosed, seenOpen } from './opening.ts';

/** A door changed, as a switch tells. Facts only: no slot is freed because a door was pushed shut. */
export function onDoorSeen(d: Draft, slot: SlotNumber, position: DoorPosition): void {
  if (!d.slot(slot) || d.state.doors.get(slot) === position) return;
  const before = d.state.doors.get(slot);
  d.set({ doors: new Map(d.state.doors).set(slot, position) });
  const opening = d.opening(slot);
  if (position === 'open') {
    if (opening) {
      if (opening.phase !== 'open') seenOpen(d, opening, { atStart: false });
    } else {
      d.emit({ kind: 'door.opened', slot, atStart: false });
      // From unknown, nobody saw when it opened; a door found open is no forced one.
      if (before === 'closed') d.emit({ kind: 'door.forced', slot });
    }
  } else if (position === 'closed') {
    if (opening?.phase === 'open') seenClosed(d, opening);
    else if (before === 'open') d.emit({ kind: 'door.closed', slot });
  }
}
