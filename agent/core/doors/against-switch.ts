import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import { denySwitch } from './flapping.ts';
import { standsNoMore } from './left-open.ts';
import { isFoundOpen, markOpen, pulse } from './opening.ts';
import { reviveStuck } from './revive-stuck.ts';
import { isBlind } from './sight.ts';

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

/** Of a door that is tried again, since its switch tells of no opening. */
export function doorIsOpen(d: Draft, opening: Opening): void {
  const { slot, phase, attempts } = opening;
  const isPushed =
    phase === 'resting' ? attempts > 0 : (phase === 'asked' || phase === 'pulsed') && attempts > 1;
  // At a blind door that was pulsed, the word is asked for.
  if (isPushed && !(phase === 'pulsed' && isBlind(d.state, slot))) sayOpen(d, opening);
}

/** Of a door that was given up, by the person who is still told so. */
export function stuckIsOpen(d: Draft, slot: SlotNumber): void {
  const opening = reviveStuck(d, slot);
  if (opening) sayOpen(d, opening);
}

function sayOpen(d: Draft, opening: Opening): void {
  const { slot, authorisation } = opening;
  if (!isBlind(d.state, slot)) denySwitch(d, slot);
  d.emit({ kind: 'door.confirmed', slot, authorisation, position: 'open' });
  d.effect({ kind: 'doorConfirmed', slot });
  markOpen(d, opening, undefined);
}
