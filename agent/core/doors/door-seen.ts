import type { SlotNumber, Uuid } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { DoorPosition, Input } from '../input.ts';
import { touchSlot } from '../people/technician-service.ts';
import { settleBySensor } from './contents.ts';
import { isMadChange, steadyPosition } from './flapping.ts';
import { lateOpeningOf, openedLate, seenShut } from './late-opening.ts';
import { standsNoMore, standsOpen } from './left-open.ts';
import { seenClosed, seenOpen, watch } from './opening.ts';
import { endOutOfService } from './out-of-service.ts';
import { noteUnwitnessed } from './remember.ts';
import { reviveStuck } from './revive-stuck.ts';
import { endShutUnseen, noteShutUnseen } from './shut-unseen.ts';
import { tellKnown, tellUnknown } from './telling.ts';

/** A door changed, as a switch tells. Facts only: no slot is freed because a door was pushed shut. */
export function onDoorSeen(
  d: Draft,
  { slot, position, afterPulseMs }: Extract<Input, { kind: 'doorSeen' }>,
): void {
  if (!d.slot(slot) || isMadChange(d, slot, position)) return;
  believe(d, slot, position, afterPulseMs);
}

/** The switch has been quiet for long enough: from now on it is believed again. */
export function onSteadyTimer(d: Draft, slot: SlotNumber, id: Uuid): void {
  const position = steadyPosition(d, slot, id);
  if (!position) return;
  believe(d, slot, position, undefined);
  const opening = d.opening(slot);
  if (opening?.phase === 'pulsed') watch(d, opening);
}

function believe(d: Draft, slot: SlotNumber, position: DoorPosition, afterPulseMs: number | undefined): void {
  const before = d.state.doors.get(slot);
  if (before === position) return;
  d.set({ doors: new Map(d.state.doors).set(slot, position) });
  if (position === 'closed') endOutOfService(d, slot, 'flapping');
  if (position === 'unknown') {
    if (before === 'closed') noteShutUnseen(d, slot);
    const opening = d.opening(slot);
    // Shut when it is seen again, it may have opened and been shut meanwhile.
    if (opening && opening.pulses > 0 && opening.phase !== 'open' && opening.phase !== 'closed')
      noteUnwitnessed(d, opening);
    return tellUnknown(d, slot);
  }
  const wasShut = endShutUnseen(d, slot) || before === 'closed';
  const isTold = position === 'open' ? opened(d, slot, wasShut, afterPulseMs) : closed(d, slot, before);
  tellKnown(d, slot, { position, isTold });
}

/** Whether a fact told that it is open. */
function opened(d: Draft, slot: SlotNumber, wasShut: boolean, afterPulseMs: number | undefined): boolean {
  const opening = d.opening(slot);
  if (opening) {
    if (opening.phase === 'open') return false;
    seenOpen(d, opening, { atStart: false, afterPulseMs });
    return true;
  }
  const visit = touchSlot(d, slot);
  const late = lateOpeningOf(d, slot, afterPulseMs);
  const revived = late && !visit ? reviveStuck(d, slot) : undefined;
  if (revived) {
    seenOpen(d, revived, { atStart: false, afterPulseMs });
    return true;
  }
  if (late && !visit) {
    openedLate(d, slot, late, afterPulseMs);
    return true;
  }
  d.emit({ kind: 'door.opened', slot, ...(visit ? { visit } : {}), atStart: false });
  standsOpen(d, slot, undefined);
  // A door found open at the start is no forced one, nor is a technician's.
  if (wasShut && !visit) d.emit({ kind: 'door.forced', slot });
  return true;
}

/** Whether a fact told that it is closed. */
function closed(d: Draft, slot: SlotNumber, before: DoorPosition | undefined): boolean {
  seenShut(d, slot);
  const opening = d.opening(slot);
  if (opening?.phase === 'open') {
    seenClosed(d, opening);
    return true;
  }
  const standing = d.state.doorMemory.standing.get(slot);
  // Told open, and then unseen for a while: it is shut now all the same.
  const isTold = before === 'open' || standing !== undefined;
  if (isTold) {
    const visit = d.state.tables.service?.visit;
    const named = standing?.authorisation ? { authorisation: standing.authorisation } : {};
    d.emit({ kind: 'door.closed', slot, ...named, ...(visit ? { visit } : {}) });
  }
  standsNoMore(d, slot);
  settleBySensor(d, slot);
  return isTold;
}
