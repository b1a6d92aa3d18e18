import { describe, expect, it } from 'vitest';
import { badgeHash, depositUsualParcel, policy, TestLocker, usualPlan } from '../testing.ts';

describe('couriers', () => {
  it('without a badge open nothing', () => {
    const locker = new TestLocker(usualPlan());
    locker.scan('PARCEL1');
    locker.give({ kind: 'badgeScanned', badgeHash: badgeHash('LWC00000000000000000000000000') });
    expect(locker.facts('access.denied').map((fact) => fact.reason)).toEqual([
      'not permitted',
      'unknown badge',
    ]);
    expect(locker.pulses).toHaveLength(0);
  });

  it('get an unknown barcode refused where the policy says so', () => {
    const locker = new TestLocker([
      ['policy', 'locker', { ...policy, unknownBarcodes: 'refuse' }],
      ...usualPlan().slice(1),
    ]);
    locker.scanBadge();
    locker.scan('STRANGER');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'unknown barcode' });
  });

  it('must shut one door before the next opens', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.scan('STRANGER');
    expect(locker.view.notice).toEqual({ kind: 'closeDoorFirst', slot: 2 });
    expect(locker.pulses).toHaveLength(1);
  });

  it('cannot deposit one parcel twice', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'already deposited' });
  });
});

describe('a courier at work', () => {
  it('whose badge is withdrawn gets no further door', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.endPlan();
    locker.scan('PARCEL1');
    expect(locker.pulses).toHaveLength(0);
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'revoked' });
    expect(locker.screen.name).toBe('idle');
  });

  it('has every parcel counted', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.scan('SECOND');
    locker.door(1, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.screen).toMatchObject({ name: 'thanks', slots: [2, 1] });
  });
});

describe('a visit', () => {
  it('ends by itself when nobody touches anything', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.pass(30_000);
    expect(locker.facts('visit.ended')).toMatchObject([{ reason: 'walked away' }]);
    expect(locker.screen.name).toBe('idle');
  });

  it('does not end while its door stands open, up to the alarm', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(110_000);
    expect(locker.screen.name).toBe('doorOpen');
    locker.touch({ do: 'finish' });
    expect(locker.view.notice).toEqual({ kind: 'closeDoorFirst', slot: 2 });
  });

  it('at a blind door has as long, and then nobody knows what lies inside', () => {
    const locker = new TestLocker(usualPlan().filter(([kind]) => kind !== 'booking'));
    for (const slot of [1, 2, 3]) locker.door(slot, 'open');
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.touch({ do: 'confirmDoor', position: 'open' });
    locker.pass(110_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 4 });
    locker.pass(20_000);
    expect(locker.screen.name).toBe('idle');
    expect(locker.disk.openings.size).toBe(0);
    expect(locker.slot(4)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
    expect(locker.facts('visit.ended')).toMatchObject([{ reason: 'walked away' }]);
  });
});
