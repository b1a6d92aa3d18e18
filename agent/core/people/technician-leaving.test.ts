import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

const minuteMs = 60_000;

function serviced(): TestLocker {
  const locker = new TestLocker(usualPlan());
  locker.give({ kind: 'serviceSwitched', on: true });
  return locker;
}

/** By hand, with a key: open, and shut again. */
function byHand(locker: TestLocker, slot: number): void {
  locker.door(slot, 'open');
  locker.door(slot, 'closed');
}

describe('an answer at the kiosk for a door that nobody sees', () => {
  const opened = (slot: number) => {
    const locker = serviced();
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask: { do: 'open', slot } });
    return locker;
  };
  const answered = (locker: TestLocker, slot: number) => {
    locker.touch({ do: 'endService' });
    locker.touch({ do: 'settleSlot', slot, occupied: false });
    expect(locker.facts('slot.settled')).toMatchObject([{ slot, occupied: false, by: 'technician' }]);
    expect(locker.screen.name).toBe('idle');
    expect(locker.view.notice).toBeNull();
    expect(locker.disk.openings.size).toBe(0);
  };

  it('says that it is shut, where the console opened a blind one', () => {
    const locker = opened(4);
    const ask = { do: 'confirmDoor', slot: 4, position: 'open' } as const;
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask });
    answered(locker, 4);
    expect(locker.facts('door.confirmed').map(({ position }) => position)).toEqual(['open', 'closed']);
  });

  it('ends the opening of one of which nobody said that it opened', () => {
    answered(opened(4), 4);
  });

  it('says that one is shut whose board was lost', () => {
    const locker = opened(3);
    locker.door(3, 'unknown');
    answered(locker, 3);
  });

  it('leaves no notice on the idle screen', () => {
    const locker = serviced();
    byHand(locker, 1);
    locker.touch({ do: 'endService' });
    locker.scanBadge();
    expect(locker.view.notice).not.toBeNull();
    locker.touch({ do: 'settleSlot', slot: 1, occupied: false });
    expect(locker.view.notice).toBeNull();
  });
});

describe('the cabinet’s switch', () => {
  it('that was left on has had its turn, through restarts, until it was seen off', () => {
    const locker = serviced();
    locker.pass(15 * minuteMs);
    locker.cut();
    locker.give({ kind: 'serviceSwitched', on: true });
    expect(locker.screen.name).toBe('idle');
    locker.give({ kind: 'serviceSwitched', on: false });
    locker.give({ kind: 'serviceSwitched', on: true });
    expect(locker.screen.name).toBe('service');
    expect(locker.facts('service.started')).toHaveLength(2);
  });

  it('ends what it took back from the console, whose work was being left', () => {
    const locker = new TestLocker(usualPlan());
    const ask = { do: 'startService', minutes: 30 } as const;
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask });
    byHand(locker, 1);
    locker.touch({ do: 'endService' });
    locker.give({ kind: 'serviceSwitched', on: true });
    locker.give({ kind: 'serviceSwitched', on: false });
    expect(locker.screen).toMatchObject({ name: 'serviceLeaving', why: 'left', touched: [{ slot: 1 }] });
  });
});

describe('a slot is touched', () => {
  const touchedAtEnd = (locker: TestLocker) => {
    locker.touch({ do: 'endService' });
    const { screen } = locker;
    return screen.name === 'serviceLeaving' ? screen.touched.map(({ slot }) => slot) : [];
  };

  it.each([0, 20_000])('whose door the console opened before the work began, shut %i ms ago', (ms) => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask: { do: 'open', slot: 2 } });
    locker.give({ kind: 'serviceSwitched', on: true });
    locker.door(2, 'closed');
    locker.pass(ms);
    expect(touchedAtEnd(locker)).toEqual([2]);
    locker.touch({ do: 'settleSlot', slot: 2, occupied: true });
    expect(locker.screen.name).toBe('idle');
    expect(locker.facts('visit.ended')).toHaveLength(3);
  });

  it('that was opened with a key before its courier was done', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.give({ kind: 'serviceSwitched', on: true });
    byHand(locker, 2);
    locker.pass(20_000);
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(touchedAtEnd(locker)).toEqual([2]);
  });

  it('whose door is not seen, and once it is confirmed it is asked for no more', () => {
    const locker = new TestLocker(usualPlan());
    for (const slot of [1, 2]) locker.door(slot, 'unknown');
    locker.give({ kind: 'serviceSwitched', on: true });
    expect(touchedAtEnd(locker)).toEqual([1, 2]);
    for (const slot of [1, 2]) locker.touch({ do: 'settleSlot', slot, occupied: false });
    expect(locker.screen.name).toBe('idle');
    expect(locker.facts('slot.settled').map(({ slot }) => slot)).toEqual([1, 2]);
  });

  it('whose door was not seen for a moment, however many they are', () => {
    const locker = serviced();
    for (const slot of [1, 2, 3]) locker.door(slot, 'unknown');
    for (const slot of [1, 2, 3]) locker.door(slot, 'closed');
    expect(touchedAtEnd(locker)).toEqual([1, 2, 3]);
    locker.pass(10 * minuteMs);
    expect([1, 2, 3].map((slot) => locker.slot(slot).occupancy)).toEqual(Array(3).fill('unsettled'));
  });
});
