import type { SlotNumber, Uuid } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { DoorPosition } from '../input.ts';
import type { FlappingDoor } from './door-memory.ts';
import { takeOutOfService } from './out-of-service.ts';
import { remember, withValue } from './remember.ts';
import { noteToldUnknown, tellUnknown } from './telling.ts';

/**
 * A switch gone mad, or a wire that touches now and then.
 *
 *   believed ──too many changes──► flapping ──no change for `steadyAfterMs`──► believed
 *
 * While it flaps its door counts as blind, so a person says on the screen what it does, and the slot takes no new
 * parcel. Nothing that the switch says is a fact, redeems a grant or ends an opening. Steady again, it is believed; its
 * slot takes parcels once the door is seen shut, since a broken wire is steady too.
 */
/**
 * More than a hand makes, fast or slowly: the latch holds a door that was shut until the next pulse, and a change that a
 * pulse explains does not count, nor does any before it.
 */
const limits = [
  { changes: 8, windowMs: 60_000 },
  { changes: 20, windowMs: 3_600_000 },
] as const;
const windowMaxMs = 3_600_000;
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
  const earlier = byPulse ? [] : (d.state.doorMemory.changes.get(slot) ?? []);
  const changes = [...since(d, earlier, windowMaxMs), ...(byPulse ? [] : [d.poweredMs])];
  const tooMany = limits
    .map(({ changes: most, windowMs }) => ({ most, recent: since(d, changes, windowMs) }))
    .find(({ most, recent }) => recent.length >= most)?.recent;
  remember(d, { changes: withValue(d.state.doorMemory.changes, slot, tooMany ? undefined : changes) });
  if (!tooMany) return false;
  const withinMs = d.poweredMs - (tooMany[0] ?? d.poweredMs);
  d.emit({ kind: 'door.flapping', slot, changes: tooMany.length, withinMs });
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

/**
 * A person at the door says otherwise than its switch, which stands where it is however steady: it is not believed before
 * it has moved.
 */
export function denySwitch(d: Draft, slot: SlotNumber): void {
  const position = d.state.doors.get(slot) ?? 'unknown';
  tellUnknown(d, slot);
  takeOutOfService(d, slot, 'flapping');
  const before = d.state.doorMemory.flapping.get(slot);
  const door = { id: before?.id ?? d.freshId(), position, denied: position };
  remember(d, { flapping: withValue(d.state.doorMemory.flapping, slot, door) });
  disbelieve(d, slot, position);
}

/** What the switch says, now that it is believed again; undefined where it is not yet. */
export function steadyPosition(d: Draft, slot: SlotNumber, id: Uuid): DoorPosition | undefined {
  const flapping = d.state.doorMemory.flapping.get(slot);
  if (flapping?.id !== id) return undefined;
  // Its board is silent: nobody knows whether it is steady. Or it does what a person says that its door does not.
  if (flapping.position === 'unknown' || flapping.position === flapping.denied) {
    waitUntilSteady(d, slot, flapping.position);
    return undefined;
  }
  remember(d, { flapping: withValue(d.state.doorMemory.flapping, slot, undefined) });
  d.emit({ kind: 'door.steady', slot });
  return flapping.position;
}

function waitUntilSteady(d: Draft, slot: SlotNumber, position: DoorPosition): void {
  const before = d.state.doorMemory.flapping.get(slot);
  const id = before?.id ?? d.freshId();
  const isDenied = before?.denied !== undefined && (position === 'unknown' || position === before.denied);
  const door: FlappingDoor = { id, position, ...(isDenied ? { denied: before.denied } : {}) };
  remember(d, { flapping: withValue(d.state.doorMemory.flapping, slot, door) });
  d.startTimer(`steady:${slot}:${id}`, steadyAfterMs);
}

function since(d: Draft, timesMs: readonly number[], windowMs: number): readonly number[] {
  return timesMs.filter((atMs) => atMs > d.poweredMs - windowMs);
}
