import type { LockerEvent, SlotNumber } from '@latchwork/shared';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { config, TestLocker, usualPlan } from '../testing.ts';

/** Whoever reads the journal, and nothing else, knows of each door what the locker knows. */

const seenSlots = [1, 2, 3];
const hourMs = 3_600_000;

type Step =
  | { do: 'door'; slot: number; position: 'open' | 'closed' | 'unknown'; times: number }
  | { do: 'board'; state: 'lost' | 'back'; times: number }
  | { do: 'pass'; ms: number }
  | { do: 'deposit' | 'cut' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('door' as const),
      slot: fc.constantFrom(...seenSlots),
      position: fc.constantFrom('open' as const, 'closed' as const, 'unknown' as const),
      times: fc.constantFrom(1, 1, 1, 12, 90),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('board' as const),
      state: fc.constantFrom('lost' as const, 'back' as const),
      times: fc.constantFrom(1, 1, 40),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(500, 7_000, hourMs) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('deposit' as const, 'cut' as const) }) },
);

it('tells of every door what the locker knows, once an hour is over at the latest', () => {
  void fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 40 }), (steps) => {
      const locker = new TestLocker(usualPlan());
      for (const one of steps) take(locker, one);
      locker.pass(2 * hourMs);
      const shown = asShown(locker.events);
      for (const slot of seenSlots)
        expect(shown.get(slot), `slot ${slot}`).toBe(locker.state.doors.get(slot));
    }),
    { numRuns: 200 },
  );
});

function take(locker: TestLocker, one: Step): void {
  if (one.do === 'door') {
    const other = one.position === 'closed' ? 'unknown' : 'closed';
    for (let n = 1; n < one.times; n += 1) {
      locker.door(one.slot, other);
      locker.door(one.slot, one.position);
    }
    locker.door(one.slot, one.position);
  } else if (one.do === 'board') {
    for (let n = 1; n < one.times; n += 1) board(locker, n % 2 === 0 ? 'lost' : 'back');
    board(locker, one.state);
  } else if (one.do === 'pass') locker.pass(one.ms);
  else if (one.do === 'cut') locker.cut();
  else {
    locker.scanBadge();
    locker.scan('PARCEL1');
  }
}

/** As the drivers do: the doors of a lost board are unknown right after, and nothing is heard of them until it is back. */
function board(locker: TestLocker, state: 'lost' | 'back'): void {
  if (locker.state.doorMemory.boardsLost.has('board-1') === (state === 'lost')) return;
  locker.give({ kind: 'boardSeen', board: 'board-1', state, detail: '' });
  if (state === 'lost') for (const slot of seenSlots) locker.door(slot, 'unknown');
}

/** What a reader makes of it. */
function asShown(events: readonly LockerEvent[]): ReadonlyMap<SlotNumber, string> {
  const doors = new Map<SlotNumber, 'open' | 'closed' | 'unknown'>();
  const lost = new Set<SlotNumber>();
  const stands = (slot: SlotNumber, position: 'open' | 'closed') => {
    doors.set(slot, position);
    lost.delete(slot);
  };
  for (const fact of events) {
    if (fact.kind === 'agent.started') {
      lost.clear();
      for (const { slot } of config.slots)
        doors.set(slot, fact.unseen?.includes(slot) ? 'unknown' : 'closed');
    } else if (fact.kind === 'board.lost') for (const slot of fact.slots ?? []) lost.add(slot);
    else if (fact.kind === 'board.back') for (const slot of fact.slots ?? []) lost.delete(slot);
    else if (fact.kind === 'door.opened' || fact.kind === 'door.forced') stands(fact.slot, 'open');
    else if (fact.kind === 'door.closed') stands(fact.slot, 'closed');
    else if (fact.kind === 'door.known') stands(fact.slot, fact.position);
    else if (fact.kind === 'door.unknown' || fact.kind === 'door.flapping') doors.set(fact.slot, 'unknown');
    else if (fact.kind === 'events.summarised' && fact.slot && fact.summarised.startsWith('door.'))
      doors.set(fact.slot, 'unknown');
  }
  return new Map([...doors].map(([slot, position]) => [slot, lost.has(slot) ? 'unknown' : position]));
}
