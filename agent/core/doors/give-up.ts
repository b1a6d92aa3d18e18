import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import { endUnopened } from './finish.ts';

/**
 * The door did not open after the last attempt. One that was pulsed is stuck: its slot is out of service for deposits until
 * it is seen open. One that could not be pulsed says nothing about the door. A courier gets the next best slot from
 * the caller, a recipient is told whom to call.
 */
export function giveUpOpening(d: Draft, opening: Opening): void {
  const { slot, authorisation, pulses, visit } = opening;
  if (pulses > 0) d.emit({ kind: 'door.stuck', slot, authorisation, attempts: pulses });
  endUnopened(d, opening, 'stuck');
  const row = d.slot(slot);
  if (pulses > 0 && row && !row.faulty) {
    d.putSlot({ ...row, faulty: true });
    d.emit({ kind: 'slot.outOfService', slot, reason: 'stuck' });
  }
  if (opening.purpose === 'collect' || opening.purpose === 'reopen')
    d.emit({ kind: 'problem.reported', slot, visit, problem: 'door did not open' });
}
