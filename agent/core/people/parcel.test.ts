import { describe, expect, it } from 'vitest';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

describe('a parcel at the unit', () => {
  it('is deposited by badge and scan, without touching the screen', () => {
    const locker = new TestLocker(usualPlan());
    expect(locker.screen.name).toBe('idle');
    locker.scanBadge();
    expect(locker.screen).toMatchObject({ name: 'courierReady', carrier: 'Swift' });
    locker.scan('PARCEL1');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'deposit' });
    locker.door(2, 'closed');
    expect(locker.screen.name).toBe('doorClosed');
    expect(locker.facts('package.deposited')).toHaveLength(0);
    locker.pass(8_000);
    expect(locker.facts('package.deposited')).toMatchObject([
      { slot: 2, barcode: 'PARCEL1', booking: anId(2), courier: anId(1) },
    ]);
    expect(locker.screen).toMatchObject({ name: 'courierReady', deposited: 1 });
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { booking: anId(2) } });
  });

  it('is finished by the scan of the next one', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.scan('STRANGER');
    expect(locker.facts('package.deposited').map((fact) => fact.barcode)).toEqual(['PARCEL1']);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
  });

  it('states asked, pulsed, opened, closed and collected as separate facts, in that order', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    const before = locker.events.length;
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.events.slice(before).map((event) => event.kind)).toEqual([
      'visit.started',
      'access.authorised',
      'door.pulsed',
      'door.opened',
      'grant.redeemed',
      'door.closed',
      'package.collected',
      'access.ended',
      'visit.ended',
    ]);
    expect(locker.screen).toMatchObject({ name: 'thanks', slots: [2] });
    locker.pass(5_000);
    expect(locker.screen.name).toBe('idle');
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null });
  });

  it('commits the authorisation before the pulse that it allows', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = ({ slot, authorisation }) => {
      expect(locker.disk.openings.get(slot)?.authorisation).toBe(authorisation);
      expect(locker.facts('access.authorised').at(-1)).toMatchObject({ slot, authorisation });
    };
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.pulses).toHaveLength(1);
  });

  it('is not freed because a door was pushed shut', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.pass(60_000);
    expect(locker.facts('package.collected')).toHaveLength(0);
    expect(locker.slot(2).occupancy).toBe('occupied');
  });

  it('never goes to a slot that its last holder may still open again', () => {
    const another = { slot: 2, size: 'S', barcodes: ['ANOTHER'], expiresAt: Date.UTC(2027, 0, 1) };
    const locker = new TestLocker([...usualPlan(), ['booking', anId(4), another]]);
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    locker.scanBadge();
    locker.scan('ANOTHER');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
  });

  it('goes to the smallest free slot when the wish cannot be had, and never to one in use', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(2, 'open');
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
  });

  it('is refused when no slot is left, with nothing half-done', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    for (const barcode of ['A', 'B', 'C', 'D']) {
      locker.scan(barcode);
      const { screen } = locker;
      if (screen.name === 'confirmOpen') {
        locker.touch({ do: 'confirmDoor', position: 'open' });
        locker.touch({ do: 'confirmDoor', position: 'closed' });
      } else if (screen.name === 'doorOpen') locker.door(screen.slot, 'closed');
    }
    locker.scan('E');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'no free slot' });
    expect(locker.facts('package.deposited')).toHaveLength(4);
    expect(locker.disk.openings.size).toBe(0);
  });

  it('taken back by the courier leaves the slot empty', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.touch({ do: 'cancel' });
    expect(locker.view.notice).toEqual({ kind: 'closeDoorFirst', slot: 2 });
    locker.door(2, 'closed');
    expect(locker.facts('access.ended')).toMatchObject([{ outcome: 'cancelled' }]);
    expect(locker.slot(2).occupancy).toBe('empty');
  });
});
