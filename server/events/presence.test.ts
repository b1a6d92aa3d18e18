import { limits, topicFor } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerError, memoryLedger } from '../ledger/index.ts';
import { type ScriptedLocker, startTestBench, type TestBench } from './testing.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

async function greet(): Promise<void> {
  await locker.greet();
  bench.clock.advance(1);
}

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

test('an old hello and its will, said again by someone else, do not take a live locker offline', async () => {
  await greet();
  const hello = locker.hello();
  await locker.receiveWant();
  const will = locker.will();
  locker.agentNonce = locker.nonce();
  await greet();
  locker.beat();
  await bench.inject(topicFor(locker.id, 'up/hello'), hello);
  await bench.inject(topicFor(locker.id, 'up/will'), will);
  await bench.settle();
  expect(bench.stateOf(locker).presence).toMatchObject({ online: true });
  bench.clock.advance(60_000);
  await bench.settle();
  expect(bench.stateOf(locker)).toMatchObject({ presence: { online: true }, alarms: [] });
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

test('while what lockers say waits for the database, nobody is taken offline', async () => {
  let away = false;
  const ledger = memoryLedger();
  const commit: typeof ledger.commit = (load, decide) =>
    away && load.events
      ? Promise.reject(new LedgerError('unavailable', 'the database is away', undefined))
      : ledger.commit(load, decide);
  await bench.stop();
  bench = startTestBench({ ledger: { ...ledger, commit } }, ledger);
  locker = bench.locker('7k3m9x2p');
  await greet();
  locker.beat();
  await bench.settle();
  away = true;
  locker.will();
  for (let beats = 0; beats < 4; beats += 1) {
    bench.clock.advance(limits.beatIntervalMs);
    locker.beat();
    await bench.settle();
  }
  expect(bench.stateOf(locker)).toMatchObject({ presence: { online: true }, alarms: [] });
  away = false;
  bench.clock.advance(5_000);
  await bench.settle();
  expect(bench.stateOf(locker).presence).toMatchObject({ online: true, lastHeardAt: bench.clock.nowMs() });
  bench.clock.advance(2 * limits.beatIntervalMs + 120_000);
  await bench.settle();
  expect(bench.stateOf(locker).presence?.online).toBe(false);
});

test('an old beat of the same session, said again, is no life and takes nothing back', async () => {
  locker.hello();
  await locker.receiveWant();
  const beforePlan = locker.beat();
  await locker.receivePlan(5);
  const beforeEvent = locker.beat();
  locker.note({ kind: 'door.opened', slot: 1, atStart: false });
  locker.events();
  locker.beat();
  await bench.settle();
  const before = bench.stateOf(locker).presence;
  expect(before).toMatchObject({ online: true, confirmedRev: 5, digestsAgree: true });
  bench.clock.advance(60_000);
  for (const old of [beforePlan, beforeEvent]) await bench.inject(topicFor(locker.id, 'up/beat'), old);
  await bench.settle();
  expect(bench.stateOf(locker).presence).toEqual(before);
});

test('a new incarnation begins without a plan: its beats count from the first on', async () => {
  await greet();
  locker.beat();
  await bench.settle();
  locker.startIncarnation();
  locker.agentNonce = locker.nonce();
  locker.hello({ rev: 0, serverEpoch: 0 });
  await locker.receiveWant();
  bench.clock.advance(60_000);
  locker.beat({ rev: 0, serverEpoch: 0 });
  await bench.settle();
  expect(bench.stateOf(locker).presence).toMatchObject({
    confirmedRev: 0,
    lastHeardAt: bench.clock.nowMs(),
  });
});

test.each([
  ['tells so first', false],
  ['tells facts first', true],
])(
  'a locker whose card has lost a plan that it had confirmed, and that %s in its next session, is believed',
  async (_what, factsFirst) => {
    await locker.greet();
    locker.beat();
    await bench.settle();
    const { rev } = bench.stateOf(locker).plan;
    expect(bench.stateOf(locker).presence).toMatchObject({ confirmedRev: rev, digestsAgree: true });
    locker.agentNonce = locker.nonce();
    locker.hello();
    locker.serverNonce = (await locker.receiveWant()).serverNonce;
    bench.clock.advance(20_000);
    if (factsFirst) {
      locker.note({ kind: 'door.opened', slot: 1, atStart: false });
      locker.events();
      await locker.receiveWant();
      bench.clock.advance(1_000);
    }
    locker.beat({ rev: rev - 1 });
    await bench.settle();
    expect(bench.stateOf(locker).presence).toMatchObject({ confirmedRev: rev - 1, digestsAgree: false });
    locker.beat({ rev: rev - 2 });
    await bench.settle();
    expect(bench.stateOf(locker).presence).toMatchObject({ confirmedRev: rev - 1 });
  },
);
