import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import { denySwitch } from './flapping.ts';
import { standsNoMore } from './left-open.ts';
import { isFoundOpen, pulse } from './opening.ts';

/*
 * A switch that stands where it is for ever, whatever its door does. The person before it sees the door, so their word
 * goes: from then on it counts as blind.
 */

/** Of a door that read open before anyone asked for it: now it is pulsed, and the person says what that does. */
export function doorIsShut(d: Draft, opening: Opening): void {
  const { slot, authorisation } = opening;
  if (!isFoundOpen(opening) || d.state.doors.get(slot) !== 'open') return;
  d.emit({ kind: 'door.confirmed', slot, authorisation, position: 'closed' });
  standsNoMore(d, slot);
  denySwitch(d, slot);
  pulse(d, opening);
}
