import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import { endOpening } from './finish.ts';

/**
 * The door did not open after the last pulse. The slot is out of service for deposits until a technician or a
 * successful opening; a courier gets the next best slot from the caller, a recipient is told whom to call.
 */
export function giveUpOpening(d: Draft, opening: Opening): void {
  const { slot, authorisation, attempts, visit } = opening;
  d.emit({ kind: 'door.stuck', slot, authorisation, attempts });
  endOpening(d, opening, 'stuck');
  const row = d.slot(slot);
  if (row && !row.faulty) {
    d.putSlot({ ...row, faulty: true });
    d.emit({ kind: 'slot.outOfService', slot, reason: 'stuck' });
  }
  if (opening.purpose === 'collect' || opening.purpose === 'reopen')
    d.emit({ kind: 'problem.reported', slot, visit, problem: 'door did not open' });
}
