import { describe, expect, it } from 'vitest';
import { anId, config, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

describe('a power cut', () => {
  it('before the door was seen open repeats no pulse, keeps the grant, and unsettles the slot', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = () => undefined;
    locker.code('12345678');
    const pulses = locker.pulses.length;
    locker.cut();
    locker.pass(60_000);
    expect(locker.pulses).toHaveLength(pulses);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { booking: anId(2) } });
    expect(locker.facts('access.ended').at(-1)).toMatchObject({ outcome: 'interrupted' });
    expect(locker.facts('visit.ended').at(-1)).toMatchObject({ reason: 'interrupted' });
    locker.code('12345678');
    expect(locker.pulses).toHaveLength(pulses + 1);
  });

  it('while nothing was driven yet leaves the slot as it was', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: false, reason: 'no answer' } });
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.cut();
    expect(locker.slot(2).occupancy).toBe('empty');
    expect(locker.facts('access.ended')).toMatchObject([{ slot: 2, outcome: 'interrupted' }]);
  });

  it('with the door open goes on: the fact is linked, the grant redeemed once', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.cut();
    expect(locker.facts('door.opened').at(-1)).toMatchObject({
      slot: 2,
      atStart: true,
      authorisation: expect.any(String),
    });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    locker.door(2, 'closed');
    locker.pass(8_000);
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.slot(2).occupancy).toBe('empty');
  });

  it('with the door open lets the courier go on at that door, with no pulse', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.cut();
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'deposit' });
    expect(locker.pulses).toHaveLength(1);
  });

  it('after the door was shut again ends what the person came for', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.cut();
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.slot(2).occupancy).toBe('occupied');
  });

  it('with the door shut in the dark unsettles; the courier’s next scan reopens and settles it', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.doors.set(2, 'closed');
    locker.cut();
    expect(locker.slot(2).occupancy).toBe('unsettled');
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(4_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'deposit' });
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: true, by: 'reopening' }]);
    expect(locker.slot(2).occupancy).toBe('occupied');
  });

  it('does not shorten or lengthen the grace period: it counts powered time', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    locker.pass(120_000);
    locker.cut({ offMs: 3_600_000 });
    locker.pass(120_000);
    expect(locker.facts('reopening.lapsed')).toHaveLength(0);
    locker.pass(120_000);
    expect(locker.facts('reopening.lapsed')).toHaveLength(1);
  });

  it('accepts nobody before every door was read', () => {
    const locker = new TestLocker(usualPlan());
    locker.state = { ...locker.state, started: false };
    locker.code('12345678');
    expect(locker.screen.name).toBe('starting');
    expect(locker.facts('access.denied')).toHaveLength(0);
    expect(config.slots).toHaveLength(4);
  });

  it('does not undo a deposit whose door was shut, although its board answers later than the agent starts', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.doors.set(2, 'unknown');
    locker.cut();
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.slot(2).occupancy).toBe('occupied');
  });

  it('leaves an unsettled slot that the courier finds empty, and takes back, empty', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.doors.set(2, 'closed');
    locker.cut();
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(4_000);
    locker.touch({ do: 'cancel' });
    locker.door(2, 'closed');
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: false }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null });
  });
});
