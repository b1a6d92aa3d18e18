import { digestOf, type Plan, type PlanItem, planLine } from '@latchwork/shared';
import { describe, expect, it } from 'vitest';
import { anId, codeHash, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';
import { hear, live, serverNonce, want } from './testing.ts';

const grant = (n: number, rev: number): PlanItem => ({
  kind: 'grant',
  id: anId(n),
  rev,
  body: { booking: anId(90), codeHash: codeHash(String(n)), expiresAt: 4_000_000_000_000 },
});

function plan(locker: TestLocker, rev: number, body: Plan['body'], serverEpoch = 5): Plan {
  const { v, locker: id, incarnation, agentNonce } = want(locker);
  return { v, type: 'plan', locker: id, incarnation, agentNonce, serverNonce, serverEpoch, rev, body };
}

describe('the uplink', () => {
  it('connects at start, says hello, and sends the journal once it is wanted', () => {
    const locker = new TestLocker(usualPlan());
    expect(locker.sentOf('connect')).toHaveLength(1);
    locker.give({ kind: 'linkUp' });
    expect(locker.sentOf('sendHello')).toMatchObject([{ message: { next: 2, acked: 0, rev: 0 } }]);
    expect(locker.sentOf('sendEvents')).toHaveLength(0);
    hear(locker, want(locker));
    expect(locker.sentOf('sendEvents')).toMatchObject([
      { from: 1, to: locker.disk.meta.nextSeq, serverNonce },
    ]);
    expect(locker.view.online).toBe(true);
  });

  it('sends again only when its timer fires, and says hello after two unanswered batches', () => {
    const locker = new TestLocker(usualPlan());
    locker.give({ kind: 'linkUp' });
    hear(locker, want(locker));
    hear(locker, want(locker));
    expect(locker.sentOf('sendEvents')).toHaveLength(1);
    locker.pass(10_000);
    expect(locker.sentOf('sendEvents')).toHaveLength(2);
    locker.pass(10_000);
    expect(locker.sentOf('sendHello')).toHaveLength(2);
  });

  it('acknowledges nothing by a want of another session, and takes no time from it', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    const { ackedSeq, floorMs } = locker.disk.meta;
    locker.door(3, 'open');
    for (const stale of [{ agentNonce: 'x'.repeat(22) }, { serverNonce: 'x'.repeat(22) }])
      hear(locker, want(locker, { ...stale, from: locker.disk.meta.nextSeq, now: locker.nowMs + 3_600_000 }));
    expect(locker.disk.meta).toMatchObject({ ackedSeq, floorMs });
  });

  it('keeps what happens without a line, and sends it all from where the server stands', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    const from = locker.disk.meta.nextSeq;
    locker.give({ kind: 'linkDown', reason: 'cut' });
    expect(locker.view.online).toBe(false);
    depositUsualParcel(locker);
    locker.pass(60_000);
    locker.give({ kind: 'linkUp' });
    hear(locker, want(locker, { from }));
    expect(locker.sentOf('sendEvents').at(-1)).toMatchObject({ from, to: locker.disk.meta.nextSeq });
  });

  it('answers a server that asks whether anyone is there', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    const beats = locker.sentOf('sendBeat').length;
    hear(locker, want(locker, { from: locker.disk.meta.nextSeq }));
    expect(locker.sentOf('sendBeat')).toHaveLength(beats + 1);
  });

  it('never has more under way than the window', () => {
    const locker = new TestLocker(usualPlan());
    locker.give({ kind: 'linkUp' });
    depositUsualParcel(locker);
    hear(locker, want(locker, { window: 4 }));
    expect(locker.sentOf('sendEvents')).toMatchObject([{ from: 1, to: 5 }]);
    hear(locker, want(locker, { window: 4, from: 5 }));
    expect(locker.sentOf('sendEvents').at(-1)).toMatchObject({ from: 5, to: 9 });
  });

  it('spreads the first attempt after a healthy session, then backs off', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    locker.give({ kind: 'linkDown', reason: 'broker gone' });
    locker.pass(29_999);
    expect(locker.sentOf('connect')).toHaveLength(1);
    locker.pass(1);
    expect(locker.sentOf('connect')).toHaveLength(2);
    locker.give({ kind: 'linkDown', reason: 'refused' });
    locker.pass(1_000);
    expect(locker.sentOf('connect')).toHaveLength(3);
  });

  it('beats when greeted and each five minutes, and says hello each hour', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    expect(locker.sentOf('sendBeat')).toHaveLength(1);
    locker.pass(5 * 60_000);
    expect(locker.sentOf('sendBeat')).toHaveLength(2);
    locker.pass(55 * 60_000);
    expect(locker.sentOf('sendHello')).toHaveLength(2);
  });
});

describe('the clock', () => {
  it('is good once a fresh server agrees, and its floor never goes back', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    expect(locker.events.at(-1)).toMatchObject({ kind: 'clock.changed', state: 'good' });
    const { floorMs } = locker.disk.meta;
    locker.cut({ offMs: -30 * 86_400_000 });
    locker.door(3, 'open');
    expect(locker.events.at(-1)?.at).toBeGreaterThanOrEqual(floorMs);
  });

  it('is not led astray by one server answer that nothing else agrees with', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.give({ kind: 'linkUp' });
    hear(locker, want(locker, { now: Date.UTC(2099, 0, 1) }));
    expect(locker.facts('clock.changed').at(-1)).toMatchObject({ state: 'suspect' });
    locker.cut();
    locker.code('12345678');
    expect(locker.screen.name).toBe('doorOpen');
  });

  it('without a wall clock believes a server that says the same in a second session', () => {
    const locker = new TestLocker(usualPlan());
    locker.jumpWall(-40 * 365 * 86_400_000);
    const now = locker.nowMs + 60 * 86_400_000;
    for (const session of ['a', 'b']) {
      locker.give({ kind: 'linkUp' });
      hear(locker, want(locker, { now, serverNonce: session.repeat(22) }));
    }
    expect(locker.facts('clock.changed').at(-1)).toMatchObject({ state: 'good' });
    locker.door(3, 'open');
    expect(locker.events.at(-1)?.at).toBeGreaterThanOrEqual(now);
  });

  it('that jumps by more than a day is suspect, and dates nothing', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(3, 'open');
    const before = locker.events.at(-1)?.at ?? 0;
    locker.jumpWall(400 * 86_400_000);
    locker.door(3, 'closed');
    expect(locker.facts('clock.changed')).toMatchObject([{ state: 'suspect' }]);
    expect(locker.events.at(-1)?.at).toBeLessThan(before + 86_400_000);
    depositUsualParcel(locker);
    locker.code('12345678');
    expect(locker.screen.name).toBe('doorOpen');
  });
});

describe('the plan', () => {
  it('takes a delta that follows, and tells at once what it has', () => {
    const locker = new TestLocker();
    live(locker);
    const line = planLine(grant(1, 1));
    hear(locker, plan(locker, 1, { as: 'snapshot', part: 1, parts: 1, digest: digestOf([line]) }), [line]);
    hear(locker, plan(locker, 2, { as: 'delta', fromRev: 1 }), [planLine(grant(2, 2))]);
    expect([...locker.state.plan.grants.keys()]).toEqual([anId(1), anId(2)]);
    expect(locker.sentOf('sendBeat').map(({ message }) => message.rev)).toEqual([0, 1, 2]);
    const gone = JSON.stringify({ kind: 'grant', id: anId(1), rev: 3, gone: true });
    hear(locker, plan(locker, 3, { as: 'delta', fromRev: 2 }), [gone]);
    expect([...locker.disk.planItems.keys()]).toEqual([`grant ${anId(2)}`]);
  });

  it('drops a delta that leaves a gap, an older one, and one of a stale session', () => {
    const locker = new TestLocker();
    live(locker);
    hear(locker, plan(locker, 1, { as: 'snapshot', part: 1, parts: 1, digest: digestOf([]) }), []);
    hear(locker, plan(locker, 3, { as: 'delta', fromRev: 2 }), [planLine(grant(3, 3))]);
    hear(locker, plan(locker, 2, { as: 'delta', fromRev: 1 }, 4), [planLine(grant(2, 2))]);
    hear(locker, { ...plan(locker, 2, { as: 'delta', fromRev: 1 }), serverNonce: 'x'.repeat(22) }, [
      planLine(grant(2, 2)),
    ]);
    expect(locker.disk.meta).toMatchObject({ serverEpoch: 5, rev: 1 });
    expect(locker.disk.planItems.size).toBe(0);
  });

  it('swaps a snapshot in whole, whatever the order of its parts, and not before its digest fits', () => {
    const locker = new TestLocker([['grant', anId(9), grant(9, 0).body]]);
    live(locker);
    const lines = [planLine(grant(1, 1)), planLine(grant(2, 2))];
    const digest = digestOf(lines);
    hear(locker, plan(locker, 2, { as: 'snapshot', part: 2, parts: 2, digest }), lines.slice(1));
    expect([...locker.disk.planItems.keys()]).toEqual([`grant ${anId(9)}`]);
    hear(
      locker,
      plan(locker, 2, { as: 'snapshot', part: 1, parts: 2, digest: digestOf(['other']) }),
      lines.slice(0, 1),
    );
    expect(locker.disk.planItems.size).toBe(1);
    hear(locker, plan(locker, 2, { as: 'snapshot', part: 1, parts: 2, digest }), lines.slice(0, 1));
    hear(locker, plan(locker, 2, { as: 'snapshot', part: 2, parts: 2, digest }), lines.slice(1));
    expect([...locker.disk.planItems.keys()].sort()).toEqual([`grant ${anId(1)}`, `grant ${anId(2)}`]);
  });

  it('drops a snapshot whose lines are not what its digest covers', () => {
    const locker = new TestLocker([['grant', anId(9), grant(9, 0).body]]);
    live(locker);
    const digest = digestOf([planLine(grant(2, 2))]);
    hear(locker, plan(locker, 2, { as: 'snapshot', part: 1, parts: 1, digest }), [planLine(grant(1, 1))]);
    expect([...locker.disk.planItems.keys()]).toEqual([`grant ${anId(9)}`]);
    expect(locker.disk.meta.rev).toBe(0);
  });

  it('clears no redemption, no occupancy and no throttle', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    hear(locker, plan(locker, 9, { as: 'snapshot', part: 1, parts: 1, digest: digestOf([]) }), []);
    expect(locker.disk.planItems.size).toBe(0);
    expect(locker.disk.redemptions.size).toBe(1);
    locker.pass(10_000);
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', purpose: 'reopen' });
  });

  it('keeps items of a kind it does not know, since digests cover them', () => {
    const locker = new TestLocker();
    live(locker);
    const line = JSON.stringify({ kind: 'tariff', id: 'x', rev: 1, body: { price: 3 } });
    hear(locker, plan(locker, 1, { as: 'snapshot', part: 1, parts: 1, digest: digestOf([line]) }), [line]);
    expect(locker.sentOf('sendBeat').at(-1)?.message.digests).toEqual({ tariff: digestOf([line]) });
  });

  it('brings the booking of a parcel that came before it', () => {
    const locker = new TestLocker(usualPlan().slice(0, 2));
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(1, 'closed');
    locker.touch({ do: 'finish' });
    locker.pass(10_000);
    live(locker);
    const lines = usualPlan().map(([kind, id, body], rev) => planLine({ kind, id, rev, body } as PlanItem));
    hear(locker, plan(locker, 9, { as: 'snapshot', part: 1, parts: 1, digest: digestOf(lines) }), lines);
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1, purpose: 'collect' });
  });
});
