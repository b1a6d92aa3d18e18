import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';
import { steadyAfterMs } from './flapping.ts';

const flap = (locker: TestLocker, slot: number, { times = 4, last = 'closed' as 'open' | 'closed' } = {}) => {
  for (let n = 0; n < times; n += 1) {
    locker.door(slot, last === 'closed' ? 'open' : 'closed');
    locker.pass(500);
    locker.door(slot, last);
    locker.pass(500);
  }
};

describe('a flapping switch', () => {
  it('is told of once, takes its slot out of service and makes no flood', () => {
    const locker = new TestLocker(usualPlan());
    flap(locker, 2, { times: 500 });
    expect(locker.facts('door.flapping')).toMatchObject([{ slot: 2, changes: 8 }]);
    expect(locker.facts('slot.outOfService')).toMatchObject([{ slot: 2, reason: 'flapping' }]);
    expect(locker.facts('door.forced')).toHaveLength(4);
    expect(locker.events.length).toBeLessThan(20);
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.facts('access.authorised')).toMatchObject([{ slot: 1 }]);
  });

  it('that was steady for a while is believed again, and its slot is back in service', () => {
    const locker = new TestLocker(usualPlan());
    flap(locker, 2, { times: 20 });
    locker.pass(steadyAfterMs - 1_000);
    expect(locker.kinds).not.toContain('door.steady');
    locker.pass(2_000);
    expect(locker.facts('door.steady')).toMatchObject([{ slot: 2 }]);
    expect(locker.facts('slot.inService')).toMatchObject([{ slot: 2 }]);
    expect(locker.slot(2).outOfService).toEqual([]);
    // It was last told to be open, and is shut.
    expect(locker.kinds.slice(-2)).toEqual(['slot.inService', 'door.closed']);
    locker.door(2, 'open');
    expect(locker.kinds.at(-1)).toBe('door.forced');
  });

  it('that stands, steady again, where it was last told to stand is known', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(2, 'open');
    locker.cut();
    for (let n = 0; n < 4; n += 1) {
      locker.door(2, 'closed');
      locker.door(2, 'open');
    }
    locker.door(2, 'closed');
    locker.pass(steadyAfterMs);
    const told = locker.kinds.filter((kind) => kind.startsWith('door.'));
    expect(told.slice(-4)).toEqual(['door.closed', 'door.flapping', 'door.steady', 'door.known']);
  });

  it('leaves a slot out of service that is stuck too', () => {
    const locker = new TestLocker(usualPlan());
    const obey = locker.onPulse;
    locker.onPulse = (pulse) =>
      pulse.slot === 2
        ? locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } })
        : obey(pulse);
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(120_000);
    flap(locker, 2);
    expect(locker.slot(2).outOfService).toEqual(['stuck', 'flapping']);
    locker.pass(steadyAfterMs);
    expect(locker.slot(2).outOfService).toEqual(['stuck']);
    expect(locker.kinds).not.toContain('slot.inService');
    expect(locker.facts('slot.outOfService').map(({ reason }) => reason)).toEqual([
      'stuck',
      'flapping',
      'stuck',
    ]);
  });

  it('is no person who opens and shuts one door again and again', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    for (let n = 0; n < 10; n += 1) {
      locker.door(2, 'closed');
      locker.touch({ do: 'reopen' });
      locker.pass(3_000);
    }
    expect(locker.kinds).not.toContain('door.flapping');
  });

  it('that changes each ten seconds is found out before an hour is over', () => {
    const locker = new TestLocker(usualPlan());
    for (let n = 0; n < 360; n += 1) {
      locker.door(2, n % 2 === 0 ? 'open' : 'closed');
      locker.pass(10_000);
    }
    expect(locker.facts('door.flapping')).toMatchObject([{ slot: 2, changes: 20 }]);
    expect(locker.facts('door.forced').length).toBeLessThanOrEqual(10);
  });

  it('is told of a loose wire no oftener than its budget allows, and still steady at the end', () => {
    const locker = new TestLocker(usualPlan());
    for (let n = 0; n < 5; n += 1) {
      flap(locker, 2);
      locker.pass(steadyAfterMs);
    }
    expect(locker.facts('door.flapping')).toHaveLength(5);
    expect(locker.slot(2).outOfService).toEqual([]);
  });

  it('still flaps for the next start, which believes it only once it is steady', () => {
    const locker = new TestLocker(usualPlan());
    flap(locker, 2);
    locker.doors.set(2, 'open');
    locker.cut();
    expect(locker.facts('door.opened').filter(({ atStart }) => atStart)).toHaveLength(0);
    locker.pass(steadyAfterMs);
    expect(locker.kinds.slice(-2)).toEqual(['door.steady', 'door.opened']);
    // A broken wire is steady at open.
    expect(locker.slot(2).outOfService).toEqual(['flapping']);
    locker.door(2, 'closed');
    expect(locker.slot(2).outOfService).toEqual([]);
  });

  it('of a silent board is not steady', () => {
    const locker = new TestLocker(usualPlan());
    flap(locker, 2);
    locker.door(2, 'unknown');
    locker.pass(3 * steadyAfterMs);
    expect(locker.kinds).not.toContain('door.steady');
    locker.door(2, 'closed');
    locker.pass(steadyAfterMs);
    expect(locker.facts('door.steady')).toHaveLength(1);
  });
});

describe('at a flapping door', () => {
  const flapping = () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    flap(locker, 2);
    locker.code('12345678');
    return locker;
  };

  it('the recipient gets their parcel by saying what it does', () => {
    const locker = flapping();
    expect(locker.screen).toMatchObject({ name: 'confirmOpen', slot: 2, blind: true });
    locker.door(2, 'open');
    locker.door(2, 'closed');
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    locker.pass(5_000);
    locker.touch({ do: 'confirmDoor', position: 'open' });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.slot(2).outOfService).toEqual(['flapping']);
  });

  it('whoever says nothing leaves their slot unsettled', () => {
    const locker = flapping();
    locker.pass(40_000);
    expect(locker.slot(2).occupancy).toBe('unsettled');
    expect(locker.screen.name).toBe('idle');
  });

  it.each([
    ['open', 0],
    ['closed', 1],
  ] as const)(
    'that is steady and %s while it is waited for, the switch counts again',
    (last, furtherPulses) => {
      const locker = flapping();
      locker.door(2, last);
      const pulses = locker.pulses.length;
      for (let waitedMs = 0; waitedMs < steadyAfterMs; waitedMs += 20_000) {
        locker.touch({ do: 'finish' });
        locker.pass(20_000);
      }
      locker.pass(10_000);
      expect(locker.pulses).toHaveLength(pulses + furtherPulses);
      expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, blind: false });
      expect(locker.facts('grant.redeemed')).toHaveLength(1);
    },
  );

  it('a deposit ends by no switch gone mad', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    flap(locker, 2, { last: 'open' });
    flap(locker, 2, { last: 'closed' });
    locker.pass(20_000);
    expect(locker.facts('package.deposited')).toHaveLength(0);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, blind: true });
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
  });
});
