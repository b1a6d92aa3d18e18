import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { DoorPosition } from '../input.ts';
import type { Opening } from '../state.ts';
import { coilRestMs } from './coil-rest.ts';
import { coilsAtStart } from './coils-at-start.ts';
import { endUnopened, finishOpening, unsettle } from './finish.ts';
import { disbelieve } from './flapping.ts';
import { keepInMind } from './late-opening.ts';
import { standsOpen } from './left-open.ts';
import { seenOpen } from './opening.ts';
import { remember } from './remember.ts';
import { isInCabinet } from './sight.ts';
import { noteToldUnknown } from './telling.ts';

/**
 * After a start, before anyone is served: no pulse is repeated. An opening whose door is found open goes on; one
 * that was seen open and shut again is over; of any other nobody knows what happened, and its slot is unsettled.
 */
export function settleAfterStart(d: Draft, doors: ReadonlyMap<SlotNumber, DoorPosition>): void {
  d.set({ doors, started: true });
  tellStart(d, doors);
  d.keepSlots();
  keepCoilsResting(d);
  for (const { slot, outOfService } of d.state.tables.slots.values())
    if (outOfService.includes('flapping')) disbelieve(d, slot, doors.get(slot) ?? 'unknown');
  for (const opening of d.state.tables.openings.values())
    resume(d, opening, d.state.doors.get(opening.slot) ?? 'unknown');
  for (const [slot, position] of d.state.doors)
    if (position === 'open' && d.slot(slot) && !d.opening(slot)) {
      d.emit({ kind: 'door.opened', slot, atStart: true });
      standsOpen(d, slot, undefined);
    }
  for (const { slot, reopening } of d.state.tables.slots.values())
    if (reopening) d.startTimer(`lapse:${slot}`, Math.max(0, reopening.untilPoweredMs - d.poweredMs));
}

/** Whatever was told before, the reader knows now of every door whether it is seen; an open one is told next. */
function tellStart(d: Draft, doors: ReadonlyMap<SlotNumber, DoorPosition>): void {
  const { config, tables } = d.state;
  const isSeen = (slot: SlotNumber) =>
    (doors.get(slot) ?? 'unknown') !== 'unknown' &&
    !tables.slots.get(slot)?.outOfService.includes('flapping');
  const unseen = config.slots.map(({ slot }) => slot).filter((slot) => !isSeen(slot));
  d.emit({ kind: 'agent.started', version: config.version, unseen });
  noteToldUnknown(d, unseen);
}

/** How long the power was off, nobody knows: for a coil the time begins where it was last known. */
function keepCoilsResting(d: Draft): void {
  const { config, tables, poweredAtStartMs } = d.state;
  const hot = coilsAtStart(tables).map(
    ({ slot, sincePulseMs }) => [slot, poweredAtStartMs - sincePulseMs + coilRestMs(config)] as const,
  );
  remember(d, { hotUntilMs: new Map(hot) });
}

function resume(d: Draft, opening: Opening, position: DoorPosition): void {
  if (position === 'open') {
    d.effect({ kind: 'watchDoor', slot: opening.slot, on: true });
    return seenOpen(d, opening, { atStart: true });
  }
  // Out of the cabinet file, nobody can look there any more.
  if (!isInCabinet(d.state, opening.slot)) return unsettle(d, opening, 'interrupted');
  // A door seen shut stays shut without a pulse, also where its board does not answer yet, or is blind.
  if (opening.phase === 'closed') finishOpening(d, opening);
  else if (isUntouched(opening)) endUnopened(d, opening, 'interrupted');
  else {
    unsettle(d, opening, 'interrupted');
    // Whichever way it is seen first tells whether this opening left it open.
    if (position === 'unknown') keepInMind(d, opening, { untilSeen: true });
  }
}

/** No coil was driven for it, nor may have been: its slot is as it was. */
function isUntouched({ phase, pulses, used }: Opening): boolean {
  return phase === 'resting' && pulses === 0 && !used;
}
