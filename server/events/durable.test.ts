import { afterEach, beforeEach, expect, test } from 'vitest';
import { durableAfterMs } from './durable.ts';
import { type ScriptedLocker, startTestBench, type TestBench } from './testing.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

async function tell(): Promise<unknown> {
  locker.note({ kind: 'door.opened', slot: 1, atStart: false });
  locker.events();
  return (await locker.receiveWant()).durable;
}

async function restart(): Promise<unknown> {
  locker.agentNonce = locker.nonce();
  locker.hello();
  const want = await locker.receiveWant();
  locker.serverNonce = want.serverNonce;
  return want.durable;
}

test('a locker may forget what was acknowledged a month ago, and nothing younger', async () => {
  await locker.greet();
  expect(await tell()).toEqual({ ordinal: 0, seq: 0 });
  bench.clock.advance(durableAfterMs);
  // What was committed when the month began: nothing.
  expect(await tell()).toEqual({ ordinal: 0, seq: 0 });
  bench.clock.advance(durableAfterMs - 1);
  expect(await tell()).toEqual({ ordinal: 0, seq: 0 });
  bench.clock.advance(1);
  expect(await restart()).toEqual({ ordinal: 1, seq: 1 });
});

test('in a new incarnation it may forget nothing of it until that has stood for a month, too', async () => {
  await locker.greet();
  await tell();
  for (let months = 0; months < 2; months += 1) {
    bench.clock.advance(durableAfterMs);
    await restart();
  }
  locker.startIncarnation();
  locker.agentNonce = locker.nonce();
  await locker.greet();
  expect(await tell()).toEqual({ ordinal: 1, seq: 1 });
});

test('a locker that has seen more of its plan, or more acknowledged, than the database knows gets all of it anew', async () => {
  const { serverEpoch, rev } = bench.stateOf(locker).plan;
  locker.hello({ rev: rev + 1, serverEpoch });
  const want = await locker.receiveWant();
  expect(want).toMatchObject({ serverEpoch: Math.max(bench.clock.nowMs(), serverEpoch + 1), rev });
  locker.serverNonce = want.serverNonce;
  locker.beat({ serverEpoch: want.serverEpoch + 1_000, rev: 1 });
  await bench.settle();
  const second = bench.stateOf(locker).plan.serverEpoch;
  expect(second).toBe(want.serverEpoch + 1_001);
  locker.hello({ serverEpoch: second, rev, acked: 1 });
  expect((await locker.receiveWant()).serverEpoch).toBe(second + 1);
  locker.hello({ serverEpoch: second, rev, acked: 1 });
  expect((await locker.receiveWant()).serverEpoch).toBe(second + 1);
  expect(bench.stateOf(locker).planItems.map((item) => item.rev)).toEqual([1, 2, 3, 4, 5]);
});
