import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';
import { steadyAfterMs } from './flapping.ts';

describe('a switch that says open for ever', () => {
  /** The usual parcel lies in slot 2, whose wire broke; its door obeys. */
  const broken = () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.door(2, 'open');
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    return locker;
  };
  const say = (locker: TestLocker) => {
    locker.code('12345678');
    locker.pass(2_000);
    locker.touch({ do: 'doorIsShut' });
  };

  it('hides no parcel: the recipient says that it is shut, gets their pulse, and says the rest', () => {
    const locker = broken();
    const pulses = locker.pulses.length;
    locker.code('12345678');
    locker.pass(2_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, found: true, blind: false });
    expect(locker.pulses).toHaveLength(pulses);
    expect(locker.facts('grant.redeemed')).toEqual([]);
    locker.touch({ do: 'doorIsShut' });
    expect(locker.pulses).toHaveLength(pulses + 1);
    expect(locker.screen).toMatchObject({ name: 'confirmOpen', slot: 2, blind: true });
    locker.touch({ do: 'confirmDoor', position: 'open' });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', outOfService: ['flapping'] });
  });

  it('leaves the parcel and its code alone where the door stays shut after all', () => {
    const locker = broken();
    say(locker);
    for (let n = 0; n < 3; n += 1) {
      locker.touch({ do: 'reportProblem', slot: 2, problem: 'door did not open' });
      locker.pass(5_000);
    }
    expect(locker.screen).toMatchObject({ name: 'stuck', slot: 2 });
    expect(locker.slot(2).occupancy).toBe('occupied');
    expect(locker.facts('grant.redeemed')).toEqual([]);
    expect(locker.facts('package.collected')).toEqual([]);
  });

  it('is not believed before it has moved, however steady, also while its board is silent', () => {
    const locker = broken();
    say(locker);
    locker.door(2, 'unknown');
    locker.door(2, 'open');
    locker.pass(3 * steadyAfterMs);
    expect(locker.kinds).not.toContain('door.steady');
    expect(locker.slot(2).outOfService).toEqual(['flapping']);
    locker.door(2, 'closed');
    locker.pass(steadyAfterMs);
    expect(locker.facts('door.steady')).toHaveLength(1);
    expect(locker.slot(2).outOfService).toEqual([]);
  });

  it('is denied by nobody else: no door that a pulse opened, and none that is shut', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.touch({ do: 'doorIsShut' });
    expect(locker.screen).toMatchObject({ name: 'doorOpen', blind: false });
    locker.door(2, 'closed');
    locker.touch({ do: 'doorIsShut' });
    expect(locker.screen).toMatchObject({ name: 'doorClosed', blind: false });
    expect(locker.facts('door.confirmed')).toEqual([]);
  });

  it('does not hide that somebody took the parcel: a cut with the door found open keeps how it ended', () => {
    const locker = broken();
    locker.code('12345678');
    locker.pass(2_000);
    locker.doors.set(2, 'closed');
    locker.cut();
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', cutShort: { purpose: 'collect' } });
  });
});

describe('a switch that says closed for ever', () => {
  const deaf = (locker: TestLocker) => {
    const obey = locker.onPulse;
    locker.onPulse = (pulse) =>
      pulse.slot === 2
        ? locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } })
        : obey(pulse);
  };

  it('is overruled by a recipient who is asked to push a door that stands open', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    deaf(locker);
    locker.code('12345678');
    locker.touch({ do: 'confirmDoor', position: 'open' });
    expect(locker.facts('door.confirmed')).toEqual([]);
    locker.pass(2_000);
    expect(locker.screen).toMatchObject({ name: 'unlocking', stage: 'pushAndWait' });
    const pulses = locker.pulses.length;
    locker.touch({ do: 'confirmDoor', position: 'open' });
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, blind: true });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    locker.pass(10_000);
    expect(locker.pulses).toHaveLength(pulses);
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.kinds).not.toContain('door.stuck');
    expect(locker.slot(2).outOfService).toEqual(['flapping']);
  });

  it('is overruled by one who is told that the door stays shut', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    deaf(locker);
    locker.code('12345678');
    locker.pass(12_000);
    expect(locker.screen.name).toBe('stuck');
    locker.touch({ do: 'confirmDoor', position: 'open' });
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, blind: true });
    expect(locker.slot(2).outOfService).toEqual(['flapping']);
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.touch({ do: 'finish' });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    expect(locker.facts('package.collected')).toHaveLength(1);
  });

  it('leaves a slot unsettled into which a parcel may have been put, until it lies elsewhere', () => {
    const locker = new TestLocker(usualPlan());
    deaf(locker);
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(12_000);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
    expect(locker.slot(2).outOfService).toEqual(['stuck']);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
    locker.door(1, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: null });
  });
});
