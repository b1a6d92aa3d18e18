import { describe, expect, it } from 'vitest';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

describe('doors', () => {
  it('opened by nobody are forced', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(3, 'open');
    expect(locker.kinds).toEqual(['door.opened', 'door.forced']);
  });

  it('that change all the time fill no card: beyond a budget they are counted, and summed up each hour', () => {
    const locker = new TestLocker(usualPlan());
    for (let round = 0; round < 8; round += 1) {
      for (let n = 0; n < 10; n += 1) {
        locker.door(3, 'open');
        locker.pass(9_000);
        locker.door(3, 'closed');
        locker.pass(9_000);
      }
      locker.pass(300_000);
    }
    expect(locker.facts('door.forced')).toHaveLength(60);
    locker.pass(2 * 3_600_000);
    expect(locker.facts('events.summarised')).toContainEqual(
      expect.objectContaining({ summarised: 'door.forced', slot: 3, count: 20 }),
    );
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    expect(locker.facts('door.closed').at(-1)).toMatchObject({ slot: 2, authorisation: expect.any(String) });
  });

  it('that jam are pulsed three times with rest, then a courier gets the next slot', () => {
    const locker = new TestLocker(usualPlan());
    const jammed = 2;
    const at: number[] = [];
    const obey = locker.onPulse;
    locker.onPulse = (pulse) => {
      if (pulse.slot !== jammed) return obey(pulse);
      at.push(locker.nowMs);
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    };
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(2_000);
    expect(locker.screen).toMatchObject({ name: 'unlocking', stage: 'pushAndWait' });
    locker.pass(10_000);
    expect(at).toHaveLength(3);
    expect(Math.min(...at.slice(1).map((time, index) => time - (at[index] ?? 0)))).toBeGreaterThanOrEqual(
      3_000,
    );
    expect(locker.facts('door.stuck')).toMatchObject([{ slot: jammed, attempts: 3 }]);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
    expect(locker.view.notice).toEqual({ kind: 'slotOutOfService', slot: jammed, next: 1 });
    expect(locker.slot(jammed).outOfService).toEqual(['stuck']);
  });

  it('that jam at a pick-up report a problem, keep the grant, and open later', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    const obey = locker.onPulse;
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.code('12345678');
    locker.pass(12_000);
    expect(locker.screen).toMatchObject({ name: 'stuck', slot: 2 });
    expect(locker.facts('problem.reported')).toMatchObject([{ slot: 2, problem: 'door did not open' }]);
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    locker.onPulse = obey;
    locker.pass(60_000);
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2 });
    expect(locker.slot(2).outOfService).toEqual([]);
  });

  it('wait in order when a power limit asks for patience, which costs no attempt', () => {
    const locker = new TestLocker(usualPlan());
    const obey = locker.onPulse;
    let refusals = 5;
    locker.onPulse = (pulse) => {
      refusals -= 1;
      if (refusals < 0) return obey(pulse);
      locker.give({
        ...pulse,
        kind: 'pulseDone',
        outcome: { driven: false, reason: 'resting', retryInMs: 2_000 },
      });
    };
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(15_000);
    expect(locker.facts('door.pulsed')).toMatchObject([{ attempt: 1 }]);
    expect(locker.screen.name).toBe('doorOpen');
  });

  it('that are blind take the person’s word, and redeem by it', () => {
    const plan = usualPlan();
    plan[2] = [
      'booking',
      anId(2),
      { slot: 4, size: 'L', barcodes: ['PARCEL1'], expiresAt: Date.UTC(2027, 0, 1) },
    ];
    const locker = new TestLocker(plan);
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.screen).toMatchObject({ name: 'confirmOpen', slot: 4, blind: true });
    locker.touch({ do: 'confirmDoor', position: 'open' });
    locker.touch({ do: 'confirmDoor', position: 'closed' });
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.kinds).not.toContain('door.opened');
    locker.pass(10_000);
    locker.code('12345678');
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    locker.touch({ do: 'confirmDoor', position: 'open' });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
  });

  it('that could not be pulsed are not called stuck, and stay in service', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: false, reason: 'line lost' } });
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(60_000);
    expect(locker.kinds).not.toContain('door.stuck');
    expect([1, 2, 3].map((slot) => locker.slot(slot).outOfService)).toEqual([[], [], []]);
  });

  it('whose pulse nobody answers count as maybe driven, and are tried again', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    const asked: Parameters<typeof locker.onPulse>[0][] = [];
    locker.onPulse = (pulse) => void asked.push(pulse);
    locker.code('12345678');
    locker.pass(25_000);
    expect(asked).toHaveLength(2);
    expect(locker.facts('door.pulsed').at(-1)).toMatchObject({ attempt: 1, acknowledged: false });
    const told = locker.facts('door.pulsed').length;
    for (const pulse of asked.slice(0, 1))
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    expect(locker.facts('door.pulsed')).toHaveLength(told);
    locker.pass(120_000);
    expect(locker.facts('door.stuck')).toMatchObject([{ slot: 2, attempts: 3 }]);
    expect(locker.screen.name).toBe('idle');
  });

  it('that the power limits hold back for ever fill no card', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) =>
      locker.give({
        ...pulse,
        kind: 'pulseDone',
        outcome: { driven: false, reason: 'supply busy', retryInMs: 2_000 },
      });
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(3_600_000);
    expect(locker.facts('door.notPulsed')).toHaveLength(20);
  });

  it('that stand open without a pulse stay stuck', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.code('12345678');
    locker.pass(180_000);
    locker.door(2, 'open');
    locker.code('12345678');
    locker.pass(2_000);
    expect(locker.screen.name).toBe('doorOpen');
    expect(locker.slot(2).outOfService).toEqual(['stuck']);
  });

  it('that change slowly and for ever while in use are believed no more, and end nothing', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    for (let n = 0; n < 10; n += 1) {
      locker.door(2, 'closed');
      locker.pass(7_000);
      locker.door(2, 'open');
      locker.pass(13_000);
    }
    expect(locker.facts('door.closed')).toHaveLength(10);
    expect(locker.facts('door.flapping')).toMatchObject([{ slot: 2, changes: 20 }]);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', blind: true });
  });

  it('that stay open release the unit for others after the alarm, and finish when shut', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(120_000);
    expect(locker.facts('door.leftOpen')).toHaveLength(1);
    expect(locker.screen.name).toBe('idle');
    locker.door(2, 'closed');
    locker.pass(8_000);
    expect(locker.facts('package.deposited')).toHaveLength(1);
  });
});

describe('opening a shut door again', () => {
  const jam = (locker: TestLocker) => {
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
  };
  const refuseOnce = (locker: TestLocker) => {
    locker.onPulse = (pulse) =>
      locker.give({
        ...pulse,
        kind: 'pulseDone',
        outcome: { driven: false, reason: 'resting', retryInMs: 3_000 },
      });
  };

  it.each([
    ['is cancelled', refuseOnce],
    ['jams', jam],
  ])('at a deposit keeps the parcel, also when it %s', (_how, fault) => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    fault(locker);
    locker.touch({ do: 'reopen' });
    locker.touch({ do: 'cancel' });
    locker.pass(30_000);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { barcode: 'PARCEL1' } });
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.facts('access.authorised').map((fact) => fact.slot)).toEqual([2, 2]);
  });

  it('at a pick-up still collects when it is cancelled', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    refuseOnce(locker);
    locker.touch({ do: 'reopen' });
    locker.touch({ do: 'cancel' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.slot(2).occupancy).toBe('empty');
  });
});

describe('a blind door', () => {
  const blindPlan = () => {
    const plan = usualPlan();
    plan[2] = [
      'booking',
      anId(2),
      { slot: 4, size: 'L', barcodes: ['PARCEL1'], expiresAt: Date.UTC(2027, 0, 1) },
    ];
    return plan;
  };

  it.each([0, 1])('left after %i confirmations unsettles its slot and frees the unit', (confirmations) => {
    const locker = new TestLocker(blindPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    if (confirmations > 0) locker.touch({ do: 'confirmDoor', position: 'open' });
    locker.pass(130_000);
    expect(locker.slot(4).occupancy).toBe('unsettled');
    expect(locker.facts('access.ended')).toMatchObject([{ outcome: 'walked away' }]);
    expect(locker.screen.name).toBe('idle');
  });

  it('said not to have opened is pulsed again, three times at most', () => {
    const locker = new TestLocker(blindPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    for (let n = 0; n < 3; n += 1) {
      locker.touch({ do: 'reportProblem', slot: 4, problem: 'door did not open' });
      locker.pass(5_000);
    }
    expect(locker.facts('door.pulsed').filter((fact) => fact.slot === 4)).toHaveLength(3);
    expect(locker.facts('door.stuck')).toMatchObject([{ slot: 4, attempts: 3 }]);
  });
});
