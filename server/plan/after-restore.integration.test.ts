import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Tables } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { testRegistration } from '../events/testing.ts';
import { registerLocker } from '../ledger/index.ts';
import { startEpochsAfterRestore } from './after-restore.ts';

let database: TestDatabase<Tables>;
const nowMs = 1_750_000_000_000;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgres'));
  for (const id of ['gb-aaaaaaaa', 'gb-bbbbbbbb'])
    await registerLocker(database.pool, testRegistration(id, nowMs));
});
afterAll(() => database.drop());

const epochs = async () => {
  const rows = await database.db.selectFrom('plan_head').select('server_epoch').execute();
  return rows.map((row) => row.server_epoch);
};

test('a database that lies where it lay keeps its epochs', async () => {
  expect(await startEpochsAfterRestore(database.pool, nowMs + 5)).toBe(0);
  expect(await startEpochsAfterRestore(database.pool, nowMs + 6)).toBe(0);
  expect(await epochs()).toEqual([nowMs, nowMs]);
});

test.each([
  ['in another PostgreSQL', "system_id = '1'", 10, nowMs + 10],
  ['on another timeline', 'timeline = timeline + 1', 20, nowMs + 20],
  ['on another timeline, by a clock that was set back', 'timeline = timeline + 1', -9, nowMs + 21],
])('%s every plan gets an epoch that there never was', async (_where, change, laterMs, epoch) => {
  await database.pool.query(`UPDATE database_origin SET ${change}`);
  expect(await startEpochsAfterRestore(database.pool, nowMs + laterMs)).toBe(2);
  expect(await epochs()).toEqual([epoch, epoch]);
});
