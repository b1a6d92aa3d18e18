import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import { beginOpening } from './opening.ts';
import { endOutOfService } from './out-of-service.ts';

/**
 * A door opens after it was given up, while its person still stands there and is told that it stays shut: it is theirs, by
 * the same authority. Undefined where nobody waits, or nothing was driven for them.
 */
export function reviveStuck(d: Draft, slot: SlotNumber): Opening | undefined {
  const { person } = d.state;
  const ended = d.state.doorMemory.lately.get(slot);
  if (person?.stuckAt !== slot || person.leaving || ended?.visit !== person.visit) return undefined;
  // Its pulses were its predecessor's: none is under way, and none is counted twice.
  const opening: Opening = { ...beginOpening(d, ended), phase: 'resting' };
  d.putOpening(opening);
  d.set({ person: { ...person, at: slot, stuckAt: null } });
  endOutOfService(d, slot, 'stuck');
  return opening;
}
