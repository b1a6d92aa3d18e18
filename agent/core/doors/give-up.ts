import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import { endUnopened, unsettle } from './finish.ts';
import { takeOutOfService } from './out-of-service.ts';
import { isBlind, isUnwitnessed } from './sight.ts';

/**
 * The door did not open after the last attempt. One that was pulsed is stuck: its slot is out of service for deposits until
 * it is seen open; so that no parcel lies in it unknown, it is unsettled where one was brought. One that could not be
 * pulsed says nothing about the door. One whose board was silent as it was pulsed, or fell silent since, may have opened
 * unseen: its slot is unsettled, as after a power cut. A courier gets the next best slot from the caller, a recipient is
 * told whom to call.
 */
export function giveUpOpening(d: Draft, opening: Opening): void {
  const { slot, authorisation, pulses, visit } = opening;
  const isStuck = pulses > 0 && !isUnwitnessed(d.state, opening);
  if (isStuck) d.emit({ kind: 'door.stuck', slot, authorisation, attempts: pulses });
  if (isStuck && mayHaveTaken(d, opening)) unsettle(d, opening, 'stuck');
  else endUnopened(d, opening, 'stuck');
  if (isStuck) takeOutOfService(d, slot, 'stuck');
  if (opening.purpose === 'collect' || opening.purpose === 'reopen')
    d.emit({ kind: 'problem.reported', slot, visit, problem: 'door did not open' });
}

/** Its switch may be what is stuck: then the door was open, and whoever brought a parcel may have put it in. */
function mayHaveTaken(d: Draft, { slot, purpose, used }: Opening): boolean {
  const isEmpty = d.slot(slot)?.occupancy === 'empty';
  return purpose === 'deposit' && !used && isEmpty && !isBlind(d.state, slot);
}
