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
