import type { SlotNumber } from '@latchwork/shared';
import { sizeIn } from './doors/allocate.ts';
import { contradiction } from './doors/contents.ts';
import { attemptsMax, isFoundOpen } from './doors/opening.ts';
import { isBlind, isUnseen } from './doors/sight.ts';
import type { AtSlot, KioskView, Screen, UnlockingStage } from './screen.ts';
import { serviceScreen } from './service-screen.ts';
import type { Opening, Person, State } from './state.ts';

/** What the touchscreen shows for a state; every state has a screen. */
export function viewOf(state: State): KioskView {
  return {
    lockerName: state.plan.policy.lockerName,
    helpNumber: state.plan.policy.helpNumber,
    online: state.link.phase === 'live',
    notice: state.notice?.notice ?? null,
    screen: screenOf(state),
  };
}

function screenOf(state: State): Screen {
  if (!state.started) return { name: 'starting' };
  const { person } = state;
  const { service } = state.tables;
  if (!person) return service ? serviceScreen(state, service) : { name: 'idle' };
  if (person.leaving) return { name: 'thanks', person: person.kind, slots: [...person.served] };
  if (person.stuckAt !== null) return stuckScreen(state, person.stuckAt);
  const opening = person.at === null ? undefined : state.tables.openings.get(person.at);
  if (opening?.visit === person.visit) return openingScreen(state, opening);
  return person.kind === 'courier' ? courierReady(person) : { name: 'idle' };
}

function courierReady(person: Extract<Person, { kind: 'courier' }>): Screen {
  return { name: 'courierReady', carrier: person.carrier, deposited: person.served.length };
}

function openingScreen(state: State, opening: Opening): Screen {
  const { phase, attempts } = opening;
  const here = at(state, opening.slot, opening.purpose);
  // Seen open, and not seen any more: whether it is shut only the person can say.
  if (phase === 'open') {
    const blind = here.blind || isUnseen(state, opening.slot);
    return { name: 'doorOpen', ...here, blind, ...(isFoundOpen(opening) && !blind ? { found: true } : {}) };
  }
  if (phase === 'closed') return { name: 'doorClosed', ...sensedIn(state, opening), ...here };
  if (phase === 'pulsed' && here.blind) return { name: 'confirmOpen', ...here };
  return { name: 'unlocking', stage: stageOf(opening), attempt: attempts, attemptsMax, ...here };
}

function sensedIn(state: State, opening: Opening): { sensed?: 'empty' | 'occupied' } {
  const sensed = contradiction({ state }, opening);
  return sensed ? { sensed } : {};
}

/** After the first attempt, pushing the door in may free the latch. */
function stageOf({ phase, attempts }: Opening): UnlockingStage {
  if (phase === 'resting') return attempts > 0 ? 'pushAndWait' : 'resting';
  if (attempts > 1) return 'pushNow';
  return phase === 'asked' ? 'unlocking' : 'watching';
}

function stuckScreen(state: State, slot: SlotNumber): Screen {
  const isStuck = state.tables.slots.get(slot)?.outOfService.includes('stuck');
  const wasPulsed = state.doorMemory.lately.has(slot);
  const why = !wasPulsed ? 'not reached' : isStuck ? 'did not open' : 'not seen';
  return { name: 'stuck', help: 'callForHelp', why, ...at(state, slot, 'collect') };
}

function at(state: State, slot: number, purpose: AtSlot['purpose']): AtSlot {
  return { slot, size: sizeIn(state, slot), purpose, blind: isBlind(state, slot) };
}
