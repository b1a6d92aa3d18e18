import { describe, expect, it } from 'vitest';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

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

  it('are remembered as spent to their expiry and no longer', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    locker.endPlan();
    locker.pass(90 * 86_400_000);
    expect(locker.disk.redemptions.size).toBe(1);
    locker.pass(4 * 86_400_000);
    expect(locker.disk.redemptions.size).toBe(0);
  });

  it('cannot ease the keypad by a code that opens nothing new', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    for (let n = 0; n < 5; n += 1) {
      locker.code('00000000');
      locker.code('12345678');
    }
    locker.code('00000000');
    expect(locker.view.notice).toMatchObject({ reason: 'too many tries' });
  });

  it('withdrawn while its holder stands here opens no further door, and stays spent', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = (pulse) => {
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    };
    locker.code('12345678');
    locker.endPlan();
    locker.door(2, 'open');
    locker.pass(60_000);
    expect(locker.disk.redemptions.get(anId(3))?.expiresAt).toBeGreaterThan(locker.nowMs);
    const pulses = locker.pulses.length;
    locker.door(2, 'closed');
    locker.touch({ do: 'reopen' });
    expect(locker.pulses).toHaveLength(pulses);
  });

  it('of a parcel whose slot is no longer in the cabinet is refused in plain words', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    const slots = locker.state.config.slots.filter(({ slot }) => slot !== 2);
    locker.state = { ...locker.state, config: { ...locker.state.config, slots } };
    locker.code('12345678');
    expect(locker.view.notice).toEqual({ kind: 'refused', reason: 'slot out of service' });
  });

  it('typed while the courier’s slot is shut but not finished collects at once', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'closed');
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'collect' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
  });
});
