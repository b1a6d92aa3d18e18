import { topicFor } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScriptedLocker, startTestBench, type TestBench } from './testing.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

const opened = (slot: number) => ({ kind: 'door.opened', slot, atStart: false }) as const;

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
    await locker.greet();
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
    await locker.greet();
    const old = { agentNonce: locker.agentNonce, serverNonce: locker.serverNonce };
    locker.agentNonce = locker.nonce();
    await locker.greet();
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

  test('a hello of an unknown incarnation closes nothing: it may be an old one that was held back', async () => {
    await locker.greet();
    locker.note(opened(1));
    locker.events();
    await locker.receiveWant();
    const elder = new ScriptedLocker(locker.id, locker.keys, () => {});
    elder.startIncarnation();
    await bench.inject(topicFor(locker.id, 'up/hello'), elder.hello());
    await bench.settle();
    expect(bench.stateOf(locker).alarms).toEqual([]);
    locker.hello();
    expect(await locker.receiveWant()).toMatchObject({ incarnation: elder.incarnation });
    const want = await locker.receiveWant();
    expect(want).toMatchObject({ ordinal: 1, from: 2 });
    expect(want.fence).toBeUndefined();
    locker.note(opened(2));
    locker.events(2, 3);
    expect(await locker.receiveWant()).toMatchObject({ ordinal: 1, from: 3 });
    expect(bench.stateOf(locker).incarnations).toMatchObject([
      { ordinal: 1, fence: null, nextSeq: 3 },
      { ordinal: 2, fence: null, nextSeq: 1 },
    ]);
  });

  test('a new incarnation that is heard closes the one before; its hello is answered with a fence and starts nothing', async () => {
    await locker.greet();
    const old = { incarnation: locker.incarnation, head: locker.headBefore(1) };
    locker.startIncarnation();
    locker.agentNonce = locker.nonce();
    await locker.greet();
    locker.beat();
    await bench.settle();
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
