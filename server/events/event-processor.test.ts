import { expect, test } from 'vitest';
import { LedgerError, memoryLedger } from '../ledger/index.ts';
import { startTestBench } from './testing.ts';

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
