import { describe, expect, it } from 'vitest';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

const sense = (locker: TestLocker, slot: number, contents: 'occupied' | 'empty' | 'unknown') =>
  locker.give({ kind: 'contentsSeen', slot, contents });
const start = () => new TestLocker(usualPlan());
const bring = (locker: TestLocker) => {
  locker.scanBadge();
  locker.scan('PARCEL1');
};
const cutShut = (locker: TestLocker) => {
  locker.doors.set(2, 'closed');
  locker.cut();
};

describe('a slot whose sensor', () => {
  it('says occupied gets no parcel, whatever is known of it', () => {
    const locker = start();
    sense(locker, 2, 'occupied');
    bring(locker);
    expect(locker.facts('access.authorised')).toMatchObject([{ slot: 1 }]);
  });

  it.each(['empty', 'unknown'] as const)('says %s again gets one', (contents) => {
    const locker = start();
    sense(locker, 2, 'occupied');
    sense(locker, 2, contents);
    bring(locker);
    expect(locker.facts('access.authorised')).toMatchObject([{ slot: 2 }]);
  });
});

describe('an unsettled slot', () => {
  it('is settled by its sensor, once its door is shut', () => {
    const locker = start();
    bring(locker);
    cutShut(locker);
    locker.door(2, 'open');
    sense(locker, 2, 'empty');
    expect(locker.slot(2).occupancy).toBe('unsettled');
    locker.door(2, 'closed');
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: false, by: 'sensor' }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null, cutShort: null });
    expect(locker.facts('package.deposited')).toHaveLength(0);
  });

  it('in which the parcel of a cut short deposit lies is told of as that deposit', () => {
    const locker = start();
    bring(locker);
    cutShut(locker);
    sense(locker, 2, 'occupied');
    const [asked] = locker.facts('access.authorised');
    expect(locker.facts('package.deposited')).toMatchObject([
      {
        slot: 2,
        barcode: 'PARCEL1',
        authorisation: asked?.authorisation,
        visit: asked?.visit,
        courier: anId(1),
      },
    ]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { booking: anId(2) } });
    locker.pass(10_000);
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'collect' });
  });

  it.each(['while its parcel is', 'once its parcel was'])(
    'is not told of %s brought to another slot',
    (when) => {
      const locker = start();
      bring(locker);
      cutShut(locker);
      locker.give({
        kind: 'technicianAsked',
        request: '1',
        user: 'ada',
        ask: { do: 'outOfService', slot: 2 },
      });
      locker.scanBadge();
      locker.scan('PARCEL1');
      if (when.startsWith('while')) sense(locker, 2, 'occupied');
      locker.door(1, 'closed');
      locker.touch({ do: 'finish' });
      sense(locker, 2, 'occupied');
      expect(locker.facts('package.deposited').map(({ slot }) => slot)).toEqual([1]);
      expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: true }]);
      expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: null });
    },
  );

  it('that is empty after a collection was cut short is told of as collected', () => {
    const locker = start();
    depositUsualParcel(locker);
    locker.code('12345678');
    cutShut(locker);
    expect(locker.slot(2).occupancy).toBe('unsettled');
    sense(locker, 2, 'empty');
    expect(locker.facts('package.collected')).toMatchObject([{ slot: 2, booking: anId(2), grant: anId(3) }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null });
  });

  it('that still holds its parcel is occupied again, and nothing was collected', () => {
    const locker = start();
    depositUsualParcel(locker);
    locker.code('12345678');
    cutShut(locker);
    sense(locker, 2, 'occupied');
    expect(locker.facts('package.collected')).toHaveLength(0);
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { booking: anId(2) } });
  });
});

describe('a person whom the sensor contradicts', () => {
  const settle = (locker: TestLocker, occupied: boolean) =>
    locker.give({
      kind: 'technicianAsked',
      request: '1',
      user: 'ada',
      ask: { do: 'settle', slot: 2, occupied },
    });

  it('at a deposit, and whom a technician proves right, has made that deposit', () => {
    const locker = start();
    sense(locker, 2, 'empty');
    bring(locker);
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    const [asked] = locker.facts('access.authorised');
    settle(locker, true);
    expect(locker.facts('package.deposited')).toMatchObject([
      { slot: 2, barcode: 'PARCEL1', authorisation: asked?.authorisation },
    ]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', disputed: false });
  });

  it('at a pick-up, and whom a technician proves right, has collected', () => {
    const locker = start();
    depositUsualParcel(locker);
    sense(locker, 2, 'occupied');
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    settle(locker, false);
    expect(locker.facts('package.collected')).toMatchObject([{ slot: 2, booking: anId(2), grant: anId(3) }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null });
  });

  it('at a deposit: a problem, no lie about a parcel, and the sensor alone settles nothing', () => {
    const locker = start();
    sense(locker, 2, 'empty');
    bring(locker);
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(0);
    expect(locker.facts('problem.reported')).toMatchObject([{ slot: 2, problem: 'slot empty' }]);
    expect(locker.facts('slot.unsettled')).toMatchObject([{ slot: 2 }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
    locker.cut();
    sense(locker, 2, 'empty');
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', disputed: true });
    locker.pass(10_000);
    bring(locker);
    sense(locker, 2, 'occupied');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', disputed: false });
  });

  it('at a pick-up: a problem, nothing collected, and their code looks again', () => {
    const locker = start();
    depositUsualParcel(locker);
    sense(locker, 2, 'occupied');
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(0);
    expect(locker.facts('problem.reported')).toMatchObject([{ slot: 2, problem: 'slot occupied' }]);
    expect(locker.slot(2).occupancy).toBe('unsettled');
    locker.pass(10_000);
    locker.code('12345678');
    sense(locker, 2, 'empty');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
  });

  it('at a deposit hears so, and it is called in once they say that it is', () => {
    const locker = start();
    sense(locker, 2, 'empty');
    bring(locker);
    locker.door(2, 'closed');
    expect(locker.screen).toMatchObject({ name: 'doorClosed', sensed: 'empty' });
    locker.touch({ do: 'finish' });
    expect(locker.screen).toMatchObject({ name: 'courierReady', deposited: 1 });
    expect(locker.view.notice).toBeNull();
  });

  it.each(['waits', 'scans on'])('at a deposit, and who %s, has brought nothing, and is told', (then) => {
    const locker = start();
    sense(locker, 2, 'empty');
    bring(locker);
    locker.door(2, 'closed');
    if (then === 'waits') locker.pass(9_000);
    else locker.scan('SECOND');
    expect(locker.view.notice).toEqual({ kind: 'contradicted', slot: 2, sensed: 'empty' });
    if (then === 'scans on') locker.door(1, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.screen).toMatchObject({ name: 'thanks', slots: then === 'waits' ? [] : [1] });
  });

  it('at a pick-up is told what is still inside', () => {
    const locker = start();
    depositUsualParcel(locker);
    sense(locker, 2, 'occupied');
    locker.code('12345678');
    locker.door(2, 'closed');
    expect(locker.screen).toMatchObject({ name: 'doorClosed', sensed: 'occupied' });
    locker.pass(9_000);
    expect(locker.view.notice).toEqual({ kind: 'contradicted', slot: 2, sensed: 'occupied' });
    expect(locker.screen).toMatchObject({ name: 'thanks', slots: [] });
  });

  it('at taking a parcel back: it lies there still', () => {
    const locker = start();
    bring(locker);
    sense(locker, 2, 'occupied');
    locker.touch({ do: 'cancel' });
    locker.door(2, 'closed');
    expect(locker.facts('problem.reported')).toMatchObject([{ slot: 2, problem: 'slot occupied' }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
  });

  it('is believed where the sensor says nothing', () => {
    const locker = start();
    sense(locker, 2, 'unknown');
    bring(locker);
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
  });
});
