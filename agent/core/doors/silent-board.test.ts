import { describe, expect, it } from 'vitest';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

/** The board takes one pulse and is silent from then on; nobody knows whether it drove the coil. */
function fallSilent(locker: TestLocker): void {
  let pulses = 0;
  locker.onPulse = (pulse) => {
    pulses += 1;
    const driven = { driven: true, acknowledged: false } as const;
    const outcome = pulses === 1 ? driven : ({ driven: false, reason: 'line lost' } as const);
    locker.give({ ...pulse, kind: 'pulseDone', outcome });
    for (const slot of [1, 2, 3]) locker.door(slot, 'unknown');
  };
}
const answerAgain = (locker: TestLocker) => {
  locker.onPulse = (pulse) => {
    locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.door(pulse.slot, 'open');
  };
  for (const slot of [1, 2, 3]) locker.door(slot, 'closed');
};

describe('a board that falls silent mid-open', () => {
  it('at a deposit: the door is not called stuck, and the next scan goes on there and settles it', () => {
    const locker = new TestLocker(usualPlan());
    locker.state = {
      ...locker.state,
      config: { ...locker.state.config, slots: locker.state.config.slots.filter(({ blind }) => !blind) },
    };
    locker.scanBadge();
    fallSilent(locker);
    locker.scan('PARCEL1');
    locker.pass(7_000);
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'slot out of service' });
    expect(locker.screen.name).toBe('courierReady');
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', outOfService: [] });
    expect(locker.kinds).not.toContain('door.stuck');
    expect(locker.facts('access.ended').at(-1)).toMatchObject({ slot: 2, outcome: 'interrupted' });

    expect(locker.facts('door.notPulsed').map(({ attempt }) => attempt)).toEqual([2, 3]);
    answerAgain(locker);
    // Not driven again before anyone saw what the first pulse did.
    expect(locker.pulses).toHaveLength(1);
    locker.scan('PARCEL1');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'deposit' });
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: true }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', outOfService: [] });
  });

  it('at a pick-up: the grant is kept, the person told whom to call, and the code opens later', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    fallSilent(locker);
    locker.code('12345678');
    locker.pass(7_000);
    expect(locker.screen).toMatchObject({ name: 'stuck', slot: 2, why: 'not seen' });
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { booking: anId(2) } });
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    answerAgain(locker);
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'collect' });
    locker.door(2, 'closed');
    locker.pass(10_000);
    expect(locker.facts('package.collected')).toHaveLength(1);
  });

  it('and comes back with the door shut proves nothing: it may have opened and been shut unseen', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = (pulse) => {
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: false } });
      locker.door(2, 'closed');
    };
    locker.door(2, 'unknown');
    locker.code('12345678');
    locker.pass(15_000);
    expect(locker.pulses.filter(({ slot }) => slot === 2).length).toBeGreaterThan(2);
    expect(locker.kinds).not.toContain('door.stuck');
    expect(locker.facts('slot.unsettled')).toMatchObject([{ slot: 2 }]);
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
  });

  it('after a pulse, and comes back with the door shut, proves nothing either', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = (pulse) => {
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
      locker.door(2, 'unknown');
      locker.door(2, 'closed');
    };
    locker.code('12345678');
    locker.pass(15_000);
    expect(locker.kinds).not.toContain('door.stuck');
    expect(locker.facts('slot.unsettled')).toMatchObject([{ slot: 2 }]);
  });

  it('that opens all the same, once it is seen again, belongs to the visit', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    fallSilent(locker);
    locker.scan('PARCEL1');
    locker.pass(2_000);
    locker.door(2, 'open');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'deposit' });
    expect(locker.kinds).not.toContain('door.forced');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.pulses).toHaveLength(1);
  });
});

describe('a board that falls silent while a door stands open', () => {
  const reopened = (locker: TestLocker) => {
    locker.door(2, 'unknown');
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: false, reason: 'line lost' } });
    locker.code('12345678');
    locker.pass(7_000);
  };

  it('leaves a collection that was asked for again unsettled: nobody saw the door shut', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.pass(200_000);
    expect(locker.screen.name).toBe('idle');
    reopened(locker);
    expect(locker.facts('package.collected')).toHaveLength(0);
    expect(locker.slot(2).occupancy).toBe('unsettled');
  });

  it.each(['waits', 'cancels'])(
    'tells of no deposit whose door was asked for again, when the courier %s',
    (then) => {
      const locker = new TestLocker(usualPlan());
      locker.scanBadge();
      locker.scan('PARCEL1');
      locker.door(2, 'closed');
      fallSilent(locker);
      locker.touch({ do: 'reopen' });
      if (then === 'waits') locker.pass(7_000);
      else {
        locker.pass(2_000);
        locker.touch({ do: 'cancel' });
      }
      expect(locker.disk.openings.size).toBe(0);
      expect(locker.facts('package.deposited')).toHaveLength(0);
      expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
    },
  );

  it('lets the person say that it is shut, and the courier goes on', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', blind: false });
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.door(2, 'unknown');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', blind: true });
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    expect(locker.facts('door.confirmed')).toMatchObject([{ slot: 2, position: 'closed' }]);
    expect(locker.facts('door.closed')).toEqual([]);
    locker.scan('SECOND');
    expect(locker.facts('package.deposited')).toMatchObject([{ slot: 2, barcode: 'PARCEL1' }]);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
  });

  it('believes its switch again, once that is read, over the person', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'unknown');
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.door(2, 'open');
    locker.pass(20_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, blind: false });
    expect(locker.facts('package.deposited')).toEqual([]);
  });

  it('takes nothing back where it was seen shut before', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'reopen' });
    locker.door(2, 'closed');
    reopened(locker);
    expect(locker.facts('package.collected')).toHaveLength(1);
  });
});

describe('doors that cannot be driven', () => {
  const undriven = (locker: TestLocker) => {
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: false, reason: 'queue full' } });
  };

  it('are each tried once for one scan, however long the courier waits', () => {
    const locker = new TestLocker(usualPlan());
    undriven(locker);
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(600_000);
    expect(locker.facts('access.authorised').map(({ slot }) => slot)).toEqual([2, 1, 3, 4]);
    expect(locker.screen.name).toBe('idle');
    expect(locker.kinds.at(-1)).toBe('visit.ended');
  });

  it('are not opened later, with nobody there, because a deposit was cut short', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.doors = new Map([...locker.doors.keys()].map((slot) => [slot, 'unknown']));
    locker.cut();
    undriven(locker);
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(600_000);
    expect(locker.screen.name).toBe('idle');
    answerAgain(locker);
    locker.pass(60_000);
    expect(locker.pulses.filter(({ slot }) => slot === 2)).toHaveLength(1);
    expect(locker.slot(2).occupancy).toBe('unsettled');
  });
});
