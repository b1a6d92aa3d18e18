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

describe('a visit', () => {
  it('ends by itself when nobody touches anything', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.pass(30_000);
    expect(locker.facts('visit.ended')).toMatchObject([{ reason: 'walked away' }]);
    expect(locker.screen.name).toBe('idle');
  });

  it('does not end while its door stands open, which raises an alarm', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(130_000);
    expect(locker.screen.name).toBe('doorOpen');
    expect(locker.facts('door.leftOpen')).toHaveLength(1);
    locker.touch({ do: 'finish' });
    expect(locker.view.notice).toEqual({ kind: 'closeDoorFirst', slot: 2 });
  });
});
