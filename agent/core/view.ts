import { sizeIn } from './doors/allocate.ts';
import type { AtSlot, KioskView, Screen } from './screen.ts';
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
  if (!person) return { name: 'idle' };
  if (person.leaving) return { name: 'thanks', person: person.kind, slots: [...person.served] };
  if (person.stuckAt !== null)
    return { name: 'stuck', help: 'callForHelp', ...at(state, person.stuckAt, 'collect') };
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
  if (phase === 'open') return { name: 'doorOpen', ...here };
  if (phase === 'closed') return { name: 'doorClosed', ...here };
  if (phase === 'pulsed' && here.blind) return { name: 'confirmOpen', ...here };
  // Before any attempt a rest is the power limits' wish; after one, pushing the door in may free the latch.
  const again = phase === 'resting' ? attempts > 0 : attempts > 1;
  const first = phase === 'resting' ? 'resting' : 'unlocking';
  return { name: 'unlocking', stage: again ? 'pushAndWait' : first, attempt: attempts, ...here };
}

function at(state: State, slot: number, purpose: AtSlot['purpose']): AtSlot {
  const blind = state.config.slots.find((configured) => configured.slot === slot)?.blind ?? false;
  return { slot, size: sizeIn(state, slot), purpose, blind };
}
