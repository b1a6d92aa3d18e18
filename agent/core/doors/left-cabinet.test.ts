import { describe, expect, it } from 'vitest';
import { config, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

const without2 = { ...config, slots: config.slots.filter(({ slot }) => slot !== 2) };

describe('a slot that left the cabinet file', () => {
  it('while its deposit was shut and not finished: the locker starts, and nobody knows what lies there', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.cut({ cabinet: without2 });
    expect(locker.screen.name).toBe('idle');
    expect(locker.disk.openings.size).toBe(0);
    expect(locker.facts('access.ended')).toMatchObject([{ slot: 2, outcome: 'interrupted' }]);
    expect(locker.facts('package.deposited')).toHaveLength(0);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
  });

  it('while a technician’s work there was being left: it is still asked for, and tells of no deposit', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.doors.set(2, 'closed');
    locker.cut();
    locker.give({ kind: 'serviceSwitched', on: true });
    locker.door(2, 'open');
    locker.door(2, 'closed');
    locker.touch({ do: 'endService' });
    locker.cut({ cabinet: without2 });
    locker.touch({ do: 'settleSlot', slot: 2, occupied: true });
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: true }]);
    expect(locker.facts('package.deposited')).toHaveLength(0);
    expect(locker.screen.name).toBe('idle');
  });

  it('with a parcel inside: its code is told so, and opens nothing', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.cut({ cabinet: without2 });
    locker.code('12345678');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'slot out of service' });
    expect(locker.pulses).toHaveLength(1);
  });
});
