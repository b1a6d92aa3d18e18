import { AnyEvent, chainNext, chainStart } from '@latchwork/shared';
import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';
import { hear, live, want } from './testing.ts';

/** Greeted by a server that stands where `change` says, in a session of its own. */
function greetedWith(locker: TestLocker, change: Parameters<typeof want>[1]): void {
  locker.give({ kind: 'linkDown', reason: 'cut' });
  locker.pass(300_000);
  locker.give({ kind: 'linkUp' });
  hear(locker, want(locker, { serverNonce: 'z'.repeat(22), ...change }));
}
const ids = (locker: TestLocker) => locker.journal.map(({ id }) => id);
const parsed = (locker: TestLocker) => locker.journal.map(({ line }) => AnyEvent.parse(JSON.parse(line)));

describe('a new incarnation', () => {
  it.each([
    ['it is fenced', () => ({ fence: 'replaced' }) as const],
    ['the server is ahead of it', (locker: TestLocker) => ({ from: locker.disk.meta.nextSeq + 1 })],
    ['the server has another line there', () => ({ from: 3, headBefore: 'x'.repeat(43) })],
  ])('starts when %s, with every line, acknowledged or not', (_why, standing) => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    depositUsualParcel(locker);
    const { incarnation } = locker.disk.meta;
    const before = [...locker.journal];
    greetedWith(locker, standing(locker));
    const { meta } = locker.disk;
    expect(meta.incarnation).not.toBe(incarnation);
    expect(ids(locker)).toEqual(before.map(({ id }) => id));
    expect(parsed(locker).map(({ seq }) => seq)).toEqual(before.map((_, index) => index + 1));
    expect(parsed(locker).map(({ origin }) => origin)).toEqual(
      before.map(({ seq, hash }) => ({ incarnation, seq, hash })),
    );
    const { lockerId } = meta;
    const head = locker.journal.reduce(
      (hash, { line }) => chainNext(hash, line),
      chainStart(lockerId, meta.incarnation),
    );
    expect(meta).toMatchObject({ head, nextSeq: before.length + 1, ackedSeq: 0, trimmedTo: 0 });
  });

  it('is told in a hello of its own session, and goes on as before', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    const nonce = locker.state.link.agentNonce;
    hear(locker, want(locker, { from: locker.disk.meta.nextSeq, fence: 'replaced' }));
    expect(locker.sentOf('disconnect')).toHaveLength(1);
    locker.pass(61_000);
    locker.give({ kind: 'linkUp' });
    expect(locker.state.link.agentNonce).not.toBe(nonce);
    const { incarnation, nextSeq } = locker.disk.meta;
    expect(locker.sentOf('sendHello').at(-1)?.message).toMatchObject({
      incarnation,
      next: nextSeq,
      acked: 0,
    });
    hear(locker, want(locker));
    expect(locker.sentOf('sendEvents').at(-1)).toMatchObject({ from: 1, to: nextSeq });
  });

  it('keeps where a line stood first, however often it is carried over', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    greetedWith(locker, { fence: 'replaced' });
    const first = parsed(locker).map(({ origin }) => origin);
    greetedWith(locker, { fence: 'cloned' });
    expect(parsed(locker).map(({ origin }) => origin)).toEqual(first);
  });

  it('has also what was written while the old one was read', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    const entries = [...locker.journal];
    const { nextSeq } = locker.disk.meta;
    locker.give({ kind: 'linkDown', reason: 'cut' });
    locker.door(3, 'open');
    locker.give({ kind: 'journalRead', to: nextSeq, entries, gap: null });
    expect(locker.facts('door.forced')).toHaveLength(1);
    expect(parsed(locker).filter(({ kind }) => kind === 'door.forced')).toMatchObject([
      { origin: { seq: expect.any(Number) } },
    ]);
  });

  it('serves people meanwhile as if nothing had happened', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    depositUsualParcel(locker);
    greetedWith(locker, { fence: 'replaced' });
    locker.cut();
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'doorOpen', purpose: 'collect' });
  });

  it('is not begun for a want that a later one of the session overtook', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    const { incarnation } = locker.disk.meta;
    hear(locker, want(locker, { from: 1, headBefore: 'x'.repeat(43) }));
    expect(locker.disk.meta.incarnation).toBe(incarnation);
  });
});

it('says hello once it hears of less than was acknowledged, and then believes it', () => {
  const locker = new TestLocker(usualPlan());
  live(locker);
  const hellos = locker.sentOf('sendHello').length;
  const { ackedSeq } = locker.disk.meta;
  for (let times = 0; times < 7; times += 1) {
    hear(locker, want(locker, { from: 2 }));
    locker.pass(2_000);
  }
  expect(locker.disk.meta.ackedSeq).toBe(ackedSeq);
  locker.pass(1_000);
  expect(locker.sentOf('sendHello')).toHaveLength(hellos + 1);
  hear(locker, want(locker, { from: 2 }));
  expect(locker.disk.meta.ackedSeq).toBe(1);
  expect(locker.sentOf('sendEvents').at(-1)).toMatchObject({ from: 2, to: locker.disk.meta.nextSeq });
});

describe('the journal', () => {
  const durable = (locker: TestLocker, seq: number) =>
    hear(locker, want(locker, { from: locker.disk.meta.nextSeq, durable: { ordinal: 1, seq } }));

  it('is trimmed up to what is durable, and no further, and still proves its head', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    depositUsualParcel(locker);
    hear(locker, want(locker, { from: 3, durable: { ordinal: 1, seq: 9 } }));
    durable(locker, 4);
    expect(locker.disk.meta.trimmedTo).toBe(4);
    expect(locker.journal[0]?.seq).toBe(4);
    greetedWith(locker, { from: 5 });
    expect(locker.disk.meta).toMatchObject({ ackedSeq: 4, trimmedTo: 4 });
    expect(locker.sentOf('sendEvents').at(-1)).toMatchObject({ from: 5 });
  });

  it('keeps what is durable of another incarnation, and what is only acknowledged', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    hear(
      locker,
      want(locker, { ordinal: 2, from: locker.disk.meta.nextSeq, durable: { ordinal: 1, seq: 2 } }),
    );
    hear(
      locker,
      want(locker, { ordinal: 2, from: locker.disk.meta.nextSeq, durable: { ordinal: 0, seq: 0 } }),
    );
    expect(locker.disk.meta.trimmedTo).toBe(0);
  });

  it('says what is missing when it is asked for what it has forgotten', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    depositUsualParcel(locker);
    durable(locker, 4);
    const { incarnation } = locker.disk.meta;
    const kept = ids(locker).slice(1);
    greetedWith(locker, { from: 2 });
    expect(ids(locker).slice(0, kept.length)).toEqual(kept);
    expect(locker.facts('log.gap')).toMatchObject([{ incarnation, from: 2, to: 4 }]);
  });

  it('is not given up for an old want of the same session, said again', () => {
    const locker = new TestLocker(usualPlan());
    live(locker);
    durable(locker, 2);
    const { incarnation } = locker.disk.meta;
    locker.pass(3_600_000);
    expect(locker.state.link.phase).toBe('greeting');
    hear(locker, want(locker, { from: 1 }));
    expect(locker.disk.meta.incarnation).toBe(incarnation);
    expect(locker.state.link.phase).toBe('waiting');
    locker.pass(61_000);
    locker.give({ kind: 'linkUp' });
    hear(locker, want(locker, { from: 1, serverNonce: 'z'.repeat(22) }));
    expect(locker.facts('log.gap')).toHaveLength(1);
  });
});
