import type { SlotNumber, Uuid } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { DoorPosition } from '../input.ts';
import { endOutOfService, takeOutOfService } from './out-of-service.ts';
import { remember, withValue } from './remember.ts';
import { noteToldUnknown } from './telling.ts';

/**
 * A switch gone mad, or a wire that touches now and then.
 *
 *   believed ──too many changes──► flapping ──no change for `steadyAfterMs`──► believed
 *
 * While it flaps its door counts as blind, so a person says on the screen what it does, and the slot takes no new
 * parcel. Nothing that the switch says is a fact, redeems a grant or ends an opening.
 */
/**
 * More than a hand makes: the latch holds a door that was shut until the next pulse, and a change that a pulse explains
 * does not count.
 */
const flapChangesMax = 8;
const flapWindowMs = 60_000;
/** Also bounds how often a wire that touches now and then is told of. */
export const steadyAfterMs = 300_000;

/** Takes notice of a change. True where it is not to be believed. */
export function isMadChange(d: Draft, slot: SlotNumber, position: DoorPosition): boolean {
  const flapping = d.state.doorMemory.flapping.get(slot);
  if (flapping) {
    if (flapping.position !== position) waitUntilSteady(d, slot, position);
    return true;
  }
  // A technician tries a door as often as it takes.
  if (d.state.tables.service) return false;
  const before = d.state.doors.get(slot);
  if (position === 'unknown' || before === 'unknown' || before === position) return false;
  const phase = d.opening(slot)?.phase;
  const byPulse = position === 'open' && (phase === 'asked' || phase === 'pulsed' || phase === 'resting');
  const since = d.poweredMs - flapWindowMs;
  const earlier = byPulse ? [] : (d.state.doorMemory.changes.get(slot) ?? []);
  const changes = [...earlier.filter((atMs) => atMs > since), ...(byPulse ? [] : [d.poweredMs])];
  const isMad = changes.length >= flapChangesMax;
  remember(d, { changes: withValue(d.state.doorMemory.changes, slot, isMad ? undefined : changes) });
  if (!isMad) return false;
  const withinMs = d.poweredMs - (changes[0] ?? d.poweredMs);
  d.emit({ kind: 'door.flapping', slot, changes: changes.length, withinMs });
  takeOutOfService(d, slot, 'flapping');
  disbelieve(d, slot, position);
  return true;
}

/** From now on the door is blind. An opening that was about to end by its switch waits for the person's word. */
export function disbelieve(d: Draft, slot: SlotNumber, position: DoorPosition): void {
  d.set({ doors: new Map(d.state.doors).set(slot, 'unknown') });
  noteToldUnknown(d, [slot]);
  waitUntilSteady(d, slot, position);
  const opening = d.opening(slot);
  if (opening?.phase !== 'closed') return;
  d.putOpening({ ...opening, phase: 'open' });
  d.cancelTimer(`settle:${slot}:${opening.authorisation}`);
}

/** What the switch says, now that it is believed again; undefined where it is not yet. */
export function steadyPosition(d: Draft, slot: SlotNumber, id: Uuid): DoorPosition | undefined {
  const flapping = d.state.doorMemory.flapping.get(slot);
  if (flapping?.id !== id) return undefined;
  // Its board is silent: nobody knows whether it is steady.
  if (flapping.position === 'unknown') {
    waitUntilSteady(d, slot, 'unknown');
    return undefined;
  }
  remember(d, { flapping: withValue(d.state.doorMemory.flapping, slot, undefined) });
  d.emit({ kind: 'door.steady', slot });
  endOutOfService(d, slot, 'flapping');
  return flapping.position;
}

function waitUntilSteady(d: Draft, slot: SlotNumber, position: DoorPosition): void {
  const before = d.state.doorMemory.flapping.get(slot);
  const id = before?.id ?? d.freshId();
  remember(d, { flapping: withValue(d.state.doorMemory.flapping, slot, { id, position }) });
  d.startTimer(`steady:${slot}:${id}`, steadyAfterMs);
}
