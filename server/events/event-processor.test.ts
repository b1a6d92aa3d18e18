import { limits, sealEnvelope, sealOf, topicFor } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerError, type LockerBook } from '../ledger/index.ts';
import { type ScriptedLocker, startTestBench, type TestBench, testHandlers, testKeys } from './testing.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

const opened = (slot: number) => ({ kind: 'door.opened', slot, atStart: false }) as const;

/** Two alarms under one id. */
function breakARule(book: LockerBook): void {
  const alarm = {
    v: 1,
    id: locker.incarnation,
    locker: locker.id,
    alarm: 'board lost',
    at: 1,
    detail: '',
  } as const;
  book.raise(alarm);
  book.raise(alarm);
}

async function greet(): Promise<void> {
  locker.hello();
  await locker.receiveWant();
  await locker.receivePlan(5);
}

describe('a session', () => {
  test('a hello is answered with a want that echoes its nonce, and with the whole plan', async () => {
    locker.hello();
    const want = await locker.receiveWant();
    expect(want).toMatchObject({
      agentNonce: locker.agentNonce,
      incarnation: locker.incarnation,
      ordinal: 1,
      from: 1,
      headBefore: locker.headBefore(1),
      now: bench.clock.nowMs(),
    });
    await locker.receivePlan(5);
    expect([...locker.plan.keys()].sort()).toEqual(['policy locker', 'slot 1', 'slot 2', 'slot 3', 'slot 4']);
  });

  test('a hello proves nothing by itself: only what echoes the server’s nonce counts as presence', async () => {
    await greet();
    expect(bench.stateOf(locker).presence?.online).toBe(false);
    locker.beat();
    await bench.settle();
    expect(bench.stateOf(locker)).toMatchObject({
      presence: { online: true, confirmedRev: 5, digestsAgree: true, lastHeardAt: bench.clock.nowMs() },
      locker: { status: 'active', lastSyncedAt: bench.clock.nowMs() },
    });
  });

  test('the same hello again gets the same server nonce; one with a new nonce opens another session', async () => {
    locker.hello();
    const first = await locker.receiveWant();
    locker.hello();
    expect((await locker.receiveWant()).serverNonce).toBe(first.serverNonce);
    locker.agentNonce = locker.nonce();
    locker.hello();
    expect((await locker.receiveWant()).serverNonce).not.toBe(first.serverNonce);
  });

  test('a message of an earlier session has no effect, and is asked for a hello once a minute', async () => {
    await greet();
    const old = { agentNonce: locker.agentNonce, serverNonce: locker.serverNonce };
    locker.agentNonce = locker.nonce();
    await greet();
    locker.note(opened(1));
    for (const header of [old, { serverNonce: old.serverNonce }, { agentNonce: old.agentNonce }]) {
      locker.events(1, 2, header);
      await bench.settle();
    }
    expect(bench.stateOf(locker).log).toEqual([]);
    expect(locker.pending()).toEqual(['wantHello']);
    bench.clock.advance(60_000);
    locker.beat(old);
    await bench.settle();
    expect(locker.pending()).toEqual(['wantHello', 'wantHello']);
    expect(bench.stateOf(locker).presence?.online).toBe(false);
  });

  test('a new incarnation closes the one before; its hello is answered with a fence and starts nothing', async () => {
    await greet();
    const old = { incarnation: locker.incarnation, head: locker.headBefore(1) };
    locker.startIncarnation();
    locker.agentNonce = locker.nonce();
    await greet();
    expect(bench.stateOf(locker).incarnations).toMatchObject([
      { ordinal: 1, fence: 'replaced' },
      { ordinal: 2, fence: null, incarnation: locker.incarnation },
    ]);
    expect(bench.stateOf(locker).alarms).toMatchObject([{ alarm: 'new incarnation' }]);
    const session = bench.stateOf(locker).presence?.session;
    locker.hello({ ...old, agentNonce: locker.nonce() });
    expect(await locker.receiveWant()).toMatchObject({ fence: 'replaced', ordinal: 1 });
    expect(bench.stateOf(locker).presence?.session).toEqual(session);
    expect(bench.stateOf(locker).incarnations).toHaveLength(2);
  });
});

describe('the journal', () => {
  beforeEach(greet);

  test('a batch is logged, has its effect, and is answered after the commit', async () => {
    locker.note(opened(1));
    locker.note(opened(2));
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 3, headBefore: locker.headBefore(3) });
    const { log, slots, presence } = bench.stateOf(locker);
    expect(log).toMatchObject([
      {
        ordinal: 1,
        seq: 1,
        kind: 'door.opened',
        slot: 1,
        line: locker.lines[0],
        hash: locker.headBefore(2),
        setAside: null,
      },
      { seq: 2, slot: 2 },
    ]);
    expect(slots.map(({ door }) => door)).toEqual(['open', 'open', 'unknown', 'unknown']);
    expect(presence?.online).toBe(true);
  });

  test('a repeated batch has no effect and is answered; one that overlaps counts with what is new', async () => {
    for (const slot of [1, 2, 3]) locker.note(opened(slot));
    locker.events(1, 3);
    await locker.receiveWant();
    locker.events(1, 3);
    expect(await locker.receiveWant()).toMatchObject({ from: 3 });
    locker.events(2, 4);
    expect(await locker.receiveWant()).toMatchObject({ from: 4, headBefore: locker.headBefore(4) });
    expect(bench.stateOf(locker).log.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('a gap is answered with a want from the cursor, and nothing is taken', async () => {
    for (const slot of [1, 2, 3]) locker.note(opened(slot));
    locker.events(2, 4);
    expect(await locker.receiveWant()).toMatchObject({ from: 1 });
    expect(bench.stateOf(locker).log).toEqual([]);
  });

  test('a batch that does not continue the chain is not taken', async () => {
    locker.note(opened(1));
    locker.note(opened(2));
    locker.events(1, 2);
    await locker.receiveWant();
    locker.events(2, 3, { headBefore: locker.headBefore(1) });
    expect(await locker.receiveWant()).toMatchObject({ from: 2 });
    locker.lines[0] = locker.lines[0]?.replace('"slot":1', '"slot":3') ?? '';
    locker.events(1, 3);
    expect(await locker.receiveWant()).toMatchObject({ from: 2 });
    expect(bench.stateOf(locker).log).toHaveLength(1);
  });

  test.each([
    ['a kind that is not known', { kind: 'moon.landed', slot: 1 }, {}, 'unknown kind moon.landed'],
    ['a field too many', { ...opened(1), colour: 'red' }, {}, 'Unrecognized key'],
    ['a slot that the locker has not', opened(99), {}, 'no slot 99'],
    ['a number that is not its own', opened(1), { seq: 7 }, 'it calls itself number 7'],
  ])('%s is kept, set aside, acknowledged and alarmed', async (_name, fact, change, reason) => {
    locker.note(fact, change);
    locker.note(opened(2));
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 3 });
    const { log, alarms, slots } = bench.stateOf(locker);
    expect(log).toMatchObject([
      { seq: 1, setAside: expect.stringContaining(reason) },
      { seq: 2, setAside: null },
    ]);
    expect(log[0]?.line).toBe(locker.lines[0]);
    expect(alarms).toMatchObject([{ alarm: 'event set aside', detail: expect.stringContaining(reason) }]);
    expect(slots[1]?.door).toBe('open');
  });

  test.each([
    ['is not JSON', '{"id":'],
    ['is not an event', '{"id":1}'],
    ['holds a NUL', '{"id":"\0"}'],
    ['is too long', JSON.stringify('x'.repeat(8 * 1024))],
  ])('a line that %s is kept, set aside and acknowledged', async (_name, line) => {
    locker.lines.push(line);
    locker.note(opened(2));
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 3 });
    const { log, slots } = bench.stateOf(locker);
    expect(log).toMatchObject([{ seq: 1, kind: 'unreadable', hash: locker.headBefore(2) }, { seq: 2 }]);
    expect(log[0]?.setAside).not.toBeNull();
    expect(slots[1]?.door).toBe('open');
  });

  test.each([
    ['breaks a rule of the ledger', breakARule],
    ['throws', () => expect.unreachable('a mistake of ours')],
  ])('an event whose handler %s is found and set aside; all others have their effect', async (_name, act) => {
    await bench.stop();
    const handler = (book: LockerBook) => {
      act(book);
      return undefined;
    };
    bench = startTestBench({ handlers: { ...testHandlers, 'board.back': handler } });
    locker = bench.locker('bbbbbbbb');
    const other = bench.locker('aaaaaaaa');
    for (const one of [locker, other]) {
      one.hello();
      await one.receiveWant();
    }
    locker.note(opened(1));
    locker.note({ kind: 'board.back', board: 'A' });
    locker.note(opened(3));
    other.note(opened(4));
    locker.events();
    other.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 4, headBefore: locker.headBefore(4) });
    expect(await other.receiveWant()).toMatchObject({ from: 2 });
    const { log, slots, alarms } = bench.stateOf(locker);
    expect(log.map(({ setAside }) => setAside)).toEqual([
      null,
      expect.stringContaining('the ledger refused'),
      null,
    ]);
    expect(slots.map(({ door }) => door)).toEqual(['open', 'unknown', 'open', 'unknown']);
    expect(alarms).toMatchObject([{ alarm: 'event set aside' }]);
    expect(bench.stateOf(other).log).toMatchObject([{ setAside: null }]);
  });

  test('the same fact in a later incarnation is logged again and has no second effect', async () => {
    const id = locker.note({ kind: 'problem.reported', problem: 'slot dirty', slot: 1 });
    locker.events();
    await locker.receiveWant();
    locker.startIncarnation();
    locker.agentNonce = locker.nonce();
    await greet();
    locker.note({ kind: 'problem.reported', problem: 'slot dirty', slot: 1 }, { id });
    locker.events();
    await locker.receiveWant();
    const { log, alarms } = bench.stateOf(locker);
    expect(log.map(({ ordinal, eventId }) => [ordinal, eventId])).toEqual([
      [1, id],
      [2, id],
    ]);
    expect(log.map(({ setAside }) => setAside)).toEqual([null, null]);
    expect(alarms.filter(({ alarm }) => alarm === 'problem reported')).toHaveLength(1);
  });
});

describe('what is not taken at all', () => {
  beforeEach(greet);
  const topicOf = (kind: 'beat' | 'hello' | 'events') => topicFor(locker.id, `up/${kind}`);
  const header = (change = {}) => {
    const { agentNonce, serverNonce, incarnation } = locker;
    const standing = { next: 1, head: locker.headBefore(1), serverEpoch: 1, rev: 0, digests: {} };
    const clock = { at: 1, state: 'good', floor: 1 };
    const whole = { v: 1, type: 'beat', locker: locker.id, incarnation, agentNonce, serverNonce };
    return { ...whole, ...standing, clock, ...change };
  };
  const beat = ({ key = locker.keys.up, change = {}, topic = topicOf('beat') } = {}) =>
    [topic, sealEnvelope(key, topicOf('beat'), header(change))] as const;
  const sealed = (topic: string, body: string) =>
    [topic, Buffer.from(body + sealOf(locker.keys.up, topic, body))] as const;

  test('a beat made by hand is taken when nothing is wrong with it', async () => {
    await bench.inject(...beat());
    await bench.settle();
    expect(bench.stateOf(locker).presence?.online).toBe(true);
  });

  test.each([
    ['a wrong seal', () => beat({ key: testKeys('gb-aaaaaaaa').up })],
    ['the seal of the other direction', () => beat({ key: locker.keys.down })],
    ['another topic than it was sealed for', () => beat({ topic: topicOf('hello') })],
    ['another locker’s topic', () => beat({ topic: topicFor('gb-aaaaaaaa', 'up/beat') })],
    ['another locker in its header', () => beat({ change: { locker: 'gb-aaaaaaaa' } })],
    ['another type than its topic', () => sealed(topicOf('hello'), `${JSON.stringify(header())}\n`)],
    ['another version', () => beat({ change: { v: 2 } })],
    ['a header that is not known', () => beat({ change: { type: 'song' } })],
    ['a topic that is not ours', () => ['lw2/gb/x/up/beat', Buffer.from('x')] as const],
    ['bytes that are not UTF-8', () => [topicOf('beat'), Buffer.from([0xff, 0xfe, 10])] as const],
    ['nothing', () => [topicOf('beat'), Buffer.alloc(0)] as const],
    ['too many bytes', () => sealed(topicOf('events'), `${'x'.repeat(33_000)}\n`)],
    ['too many items', () => sealed(topicOf('events'), `${JSON.stringify(header())}\n${'{}\n'.repeat(65)}`)],
    ['a beat with items', () => sealed(topicOf('beat'), `${JSON.stringify(header())}\n{}\n`)],
  ])('%s: no answer, no effect', async (_name, make) => {
    const before = bench.stateOf(locker);
    const [topic, payload] = make();
    await bench.inject(topic ?? '', payload);
    await bench.settle();
    expect(bench.stateOf(locker)).toEqual(before);
    expect(locker.pending()).toEqual([]);
  });
});

describe('presence', () => {
  beforeEach(async () => {
    await greet();
    locker.beat();
    await bench.settle();
  });
  const online = () => bench.stateOf(locker).presence?.online;
  const alarms = () => bench.stateOf(locker).alarms.map(({ alarm }) => alarm);

  test('two missed beats mean offline; one does not', async () => {
    bench.clock.advance(limits.beatIntervalMs + 60_000);
    locker.beat();
    await bench.settle();
    bench.clock.advance(2 * limits.beatIntervalMs);
    await bench.settle();
    expect(online()).toBe(true);
    bench.clock.advance(120_000);
    await bench.settle();
    expect(online()).toBe(false);
    expect(alarms()).toEqual(['locker offline']);
    locker.beat();
    await bench.settle();
    expect(online()).toBe(true);
  });

  test('a will is answered with a probe; without an answer in half a minute the locker is offline', async () => {
    locker.will();
    expect(await locker.receiveWant()).toMatchObject({ serverNonce: locker.serverNonce });
    bench.clock.advance(29_000);
    await bench.settle();
    expect(online()).toBe(true);
    bench.clock.advance(1_000);
    await bench.settle();
    expect(online()).toBe(false);
  });

  test('anything fresh voids a will, and a will of an earlier session is nothing', async () => {
    locker.will();
    await locker.receiveWant();
    bench.clock.advance(10_000);
    locker.beat();
    await bench.settle();
    bench.clock.advance(60_000);
    await bench.settle();
    expect(online()).toBe(true);
    const old = locker.agentNonce;
    locker.agentNonce = locker.nonce();
    await greet();
    locker.will({ agentNonce: old });
    await bench.settle();
    expect(locker.pending()).toEqual([]);
    bench.clock.advance(60_000);
    await bench.settle();
    expect(online()).toBe(true);
  });
});

test('a will is void once its locker said hello again, before anything else was heard', async () => {
  await greet();
  locker.beat();
  await bench.settle();
  locker.will();
  await locker.receiveWant();
  bench.clock.advance(5_000);
  locker.agentNonce = locker.nonce();
  await greet();
  bench.clock.advance(60_000);
  await bench.settle();
  expect(bench.stateOf(locker)).toMatchObject({ presence: { online: true }, alarms: [] });
});

describe('while the database is out of reach', () => {
  test('nothing is answered and nothing is lost', async () => {
    await bench.stop();
    let away = true;
    const { ledger } = bench;
    const commit: typeof ledger.commit = (load, decide) =>
      away
        ? Promise.reject(new LedgerError('unavailable', 'the database is away', undefined))
        : ledger.commit(load, decide);
    bench = startTestBench({ ledger: { ...ledger, commit } }, ledger);
    locker = bench.locker('bbbbbbbb');
    locker.hello();
    await bench.settle();
    expect(locker.pending()).toEqual([]);
    away = false;
    bench.clock.advance(5_000);
    expect(await locker.receiveWant()).toMatchObject({ from: 1 });
  });
});
