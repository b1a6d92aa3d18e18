import { describe, expect, it } from 'vitest';
import { anId, badgeHash, config, depositUsualParcel, policy, TestLocker, usualPlan } from './testing.ts';

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

describe('codes', () => {
  it.each([
    ['a stranger’s code', '00000000', 'unknown code'],
    ['a code before its parcel came', '12345678', 'nothing to collect'],
  ])('%s opens nothing', (_name, code, reason) => {
    const locker = new TestLocker(usualPlan());
    locker.code(code);
    expect(locker.view.notice).toEqual({ kind: 'refused', reason });
    expect(locker.pulses).toHaveLength(0);
  });

  it('an expired code opens nothing', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.pass(91 * 86_400_000);
    const pulses = locker.pulses.length;
    locker.code('12345678');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'expired' });
    expect(locker.pulses).toHaveLength(pulses);
  });

  it('a revoked code opens nothing', () => {
    const locker = new TestLocker([...usualPlan(), ['revocation', anId(3), { of: 'grant', at: 0 }]]);
    depositUsualParcel(locker);
    locker.code('12345678');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'revoked' });
  });

  it('a spent code opens nothing once the grace period is over, and redeems once only', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    for (let visit = 0; visit < 2; visit += 1) {
      locker.code('12345678');
      locker.door(2, 'closed');
      locker.touch({ do: 'finish' });
      locker.pass(10_000);
    }
    expect(locker.facts('access.authorised').map((fact) => fact.purpose)).toEqual([
      'deposit',
      'collect',
      'reopen',
    ]);
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    expect(locker.facts('package.collected')).toHaveLength(1);
    locker.pass(300_000);
    expect(locker.facts('reopening.lapsed')).toMatchObject([{ slot: 2 }]);
    locker.code('12345678');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'spent' });
  });

  it('a former holder cannot open what now holds another’s parcel', () => {
    const another = { slot: 2, size: 'S', barcodes: ['ANOTHER'], expiresAt: Date.UTC(2027, 0, 1) };
    const locker = new TestLocker([...usualPlan(), ['booking', anId(4), another]]);
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    locker.pass(400_000);
    locker.scanBadge();
    locker.scan('ANOTHER');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    locker.pass(10_000);
    expect(locker.slot(2).parcel?.barcode).toBe('ANOTHER');
    const pulses = locker.pulses.length;
    locker.code('12345678');
    expect(locker.pulses).toHaveLength(pulses);
  });

  it('are slowed down after five wrong ones, across reboots; a true one opens within one interval', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    for (let n = 0; n < 5; n += 1) locker.code('00000000');
    locker.code('12345678');
    expect(locker.view.notice).toMatchObject({ reason: 'too many tries', retryInS: 30 });
    locker.cut({ offMs: 3_600_000 });
    locker.code('12345678');
    expect(locker.view.notice).toMatchObject({ reason: 'too many tries' });
    locker.pass(30_000);
    locker.code('12345678');
    expect(locker.screen.name).toBe('doorOpen');
  });
});

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

describe('doors', () => {
  it('opened by nobody are forced', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(3, 'open');
    expect(locker.kinds).toEqual(['door.opened', 'door.forced']);
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
    expect(locker.view.notice).toEqual({ kind: 'slotOutOfService', slot: jammed });
    expect(locker.slot(jammed).faulty).toBe(true);
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
    expect(locker.slot(2).faulty).toBe(false);
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
});

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
});
