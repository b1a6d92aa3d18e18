import { pino } from 'pino';
import { expect, test } from 'vitest';
import { LedgerError, memoryLedger } from '../ledger/index.ts';
import { startTestBench, testKeys } from './testing.ts';

test('while the database is out of reach nothing is answered, and nothing is lost', async () => {
  let away = true;
  const ledger = memoryLedger();
  const commit: typeof ledger.commit = (load, decide) =>
    away
      ? Promise.reject(new LedgerError('unavailable', 'the database is away', undefined))
      : ledger.commit(load, decide);
  const bench = startTestBench({ ledger: { ...ledger, commit } }, ledger);
  const locker = bench.locker('7k3m9x2p');
  locker.hello();
  await bench.settle();
  expect(locker.pending()).toEqual([]);
  away = false;
  bench.clock.advance(5_000);
  expect(await locker.receiveWant()).toMatchObject({ from: 1 });
  await bench.stop();
});

test('stopping does not wait for a database that is away', async () => {
  const gone = new LedgerError('unavailable', 'the database is away', undefined);
  const ledger = memoryLedger();
  const bench = startTestBench({ ledger: { ...ledger, commit: () => Promise.reject(gone) } }, ledger);
  const locker = bench.locker('7k3m9x2p');
  locker.hello();
  await bench.settle();
  await bench.stop();
  expect(locker.pending()).toEqual([]);
});

test('a locker whose keys cannot be had is left; the others go on', async () => {
  const errors: unknown[] = [];
  const bench = startTestBench({
    keysOf: async (locker) => {
      if (locker === bad.id) throw Object.assign(new Error('no such generation'), { code: 'keyUnknown' });
      return testKeys(locker);
    },
    logger: Object.assign(pino({ enabled: false }), { error: (facts: unknown) => errors.push(facts) }),
  });
  const bad = bench.locker('00000bad');
  const good = bench.locker('7k3m9x2p');
  bad.hello();
  good.hello();
  expect(await good.receiveWant()).toMatchObject({ from: 1 });
  expect(errors).toMatchObject([{ locker: bad.id, kind: 'hello' }]);
  expect(bad.pending()).toEqual([]);
  await bench.stop();
});

test('a locker whose plan cannot be read is answered, and so are the others', async () => {
  const errors: unknown[] = [];
  const ledger = memoryLedger();
  const planSince: typeof ledger.planSince = (locker, rev) =>
    locker === bad.id ? Promise.reject(new Error('a broken plan')) : ledger.planSince(locker, rev);
  const logger = Object.assign(pino({ enabled: false }), { error: (facts: unknown) => errors.push(facts) });
  const bench = startTestBench({ ledger: { ...ledger, planSince }, logger }, ledger);
  const bad = bench.locker('00000bad');
  const good = bench.locker('7k3m9x2p');
  bad.hello({ rev: 5, serverEpoch: 1 });
  good.hello();
  expect(await good.receiveWant()).toMatchObject({ from: 1 });
  expect(await bad.receiveWant()).toMatchObject({ from: 1 });
  expect(errors).toContainEqual(expect.objectContaining({ locker: bad.id, kind: 'hello' }));
  await bench.stop();
});

test('when a batch is committed in parts, every part has its answer', async () => {
  const ledger = memoryLedger();
  let whole = false;
  const commit: typeof ledger.commit = (load, decide) => {
    if (!whole) return ledger.commit(load, decide);
    whole = false;
    return Promise.reject(new LedgerError('integrity', 'refused', undefined));
  };
  const bench = startTestBench({ ledger: { ...ledger, commit } }, ledger);
  const locker = bench.locker('7k3m9x2p');
  const closed = { incarnation: locker.incarnation, agentNonce: locker.nonce() };
  locker.hello();
  await locker.receiveWant();
  locker.startIncarnation();
  locker.hello();
  await locker.receiveWant();
  await locker.receivePlan(5);
  locker.beat();
  await bench.settle();
  whole = true;
  locker.hello({ ...closed, head: locker.headBefore(1) });
  locker.beat({ agentNonce: locker.nonce() });
  locker.note({ kind: 'door.opened', slot: 1, atStart: false });
  locker.events();
  await bench.settle();
  expect(whole).toBe(false);
  const wants = [(await locker.receive()).message, (await locker.receive()).message];
  expect(wants).toMatchObject([{ fence: 'replaced' }, { from: 2 }]);
  expect(locker.pending()).toEqual(['wantHello']);
  await bench.stop();
});
