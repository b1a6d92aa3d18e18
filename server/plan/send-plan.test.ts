import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ScriptedLocker, startTestBench, type TestBench } from '../events/testing.ts';
import { planSendLimits } from './plan-limits.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

const block = (slot: number, inService: boolean) =>
  bench.ledger.commit({ lockers: [locker.id] }, (books) =>
    books.of(locker.id)?.putPlanItem('slot', String(slot), { size: 'S', features: [], inService }),
  );
const head = () => bench.stateOf(locker).plan.rev;

async function greet(): Promise<void> {
  locker.agentNonce = locker.nonce();
  locker.hello();
  await locker.receiveWant();
}

test('a change reaches a locker that has a session, as a delta', async () => {
  await greet();
  await locker.receivePlan(5);
  await block(2, false);
  const { message, lines } = await locker.receive();
  expect(message).toMatchObject({ type: 'plan', rev: 6, body: { as: 'delta', fromRev: 5 } });
  expect(lines).toHaveLength(1);
});

test('without a session nothing is sent; with the hello it comes', async () => {
  await block(2, false);
  await bench.settle();
  expect(locker.pending()).toEqual([]);
  await greet();
  await locker.receivePlan(6);
  expect(locker.plan.get('slot 2')?.line).toContain('"inService":false');
});

test('what was lost on the way is sent again when a later beat still shows the locker behind', async () => {
  await greet();
  await locker.receivePlan(5);
  await block(2, false);
  const lost = await locker.receive();
  await block(3, false);
  const follows = await locker.receive();
  expect(follows.message).toMatchObject({ body: { as: 'delta', fromRev: 6 }, rev: 7 });
  locker.beat();
  await bench.settle();
  expect(locker.pending()).toEqual([]);
  bench.clock.advance(planSendLimits.resendAfterMs);
  locker.beat();
  await locker.receivePlan(7);
  expect(lost.message).toMatchObject({ rev: 6 });
  expect(locker.rev).toBe(head());
});

test('a silent drift is found by the digests, and a snapshot mends it', async () => {
  await greet();
  await locker.receivePlan(5);
  locker.beat();
  await bench.settle();
  const before = bench.stateOf(locker).locker.lastSyncedAt;
  expect(before).toBe(bench.clock.nowMs());
  locker.plan.delete('slot 3');
  bench.clock.advance(planSendLimits.resendAfterMs);
  locker.beat();
  const { message, lines } = await locker.receive();
  expect(message).toMatchObject({ body: { as: 'snapshot' }, rev: 5 });
  expect(bench.stateOf(locker)).toMatchObject({
    presence: { digestsAgree: false },
    locker: { lastSyncedAt: before },
  });
  if (message.type === 'plan') locker.apply(message, lines);
  locker.beat();
  await bench.settle();
  expect(bench.stateOf(locker)).toMatchObject({
    presence: { digestsAgree: true },
    locker: { lastSyncedAt: bench.clock.nowMs() },
  });
});

test('a locker of another epoch gets a snapshot in parts', async () => {
  for (let slot = 1; slot <= 3; slot += 1)
    for (let round = 0; round < 5; round += 1) await block(slot, round % 2 === 0);
  await bench.ledger.commit({ lockers: [locker.id] }, (books) => {
    const book = books.of(locker.id);
    for (let n = 0; n < 100; n += 1) book?.putPlanItem('revocation', `r${n}`, { of: 'grant', at: n });
  });
  locker.serverEpoch = 1;
  locker.rev = head();
  await greet();
  locker.rev = 0;
  await locker.receivePlan(head());
  expect(locker.plan.size).toBe(105);
  expect(locker.serverEpoch).toBe(bench.stateOf(locker).plan.serverEpoch);
});

test('a locker too far behind gets a snapshot, not a long chain', async () => {
  await greet();
  await locker.receivePlan(5);
  locker.serverEpoch = bench.stateOf(locker).plan.serverEpoch;
  await bench.ledger.commit({ lockers: [locker.id] }, (books) => {
    const book = books.of(locker.id);
    for (let n = 0; n <= planSendLimits.deltaItemsMax; n += 1)
      book?.putPlanItem('revocation', `r${n}`, { of: 'grant', at: n });
  });
  expect((await locker.receive()).message).toMatchObject({
    type: 'plan',
    body: { as: 'snapshot', part: 1, parts: 9 },
  });
});
