import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { ensurePartitions } from './partitions.ts';
import type { Tables } from './tables.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase<Tables>;
const uuid = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgres'));
});
afterAll(() => database.drop());

beforeEach(async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits
      WHERE inhparent IN ('locker_event_log'::regclass, 'notification_event'::regclass)`,
  );
  for (const { name } of rows)
    await database.pool.query(name.endsWith('_default') ? `DELETE FROM ${name}` : `DROP TABLE ${name}`);
});

async function logAt(...times: string[]): Promise<void> {
  const rows = times.map((time, seq) => ({
    locker_id: 'gb-00000001',
    country: 'gb',
    incarnation: uuid(0),
    ordinal: 1,
    seq,
    event_id: uuid(seq),
    kind: 'door.opened',
    at: new Date(time),
    received_at: new Date(time),
    line: '{}',
    hash: '',
  }));
  await database.db.insertInto('locker_event_log').values(rows).execute();
}

async function whereLogged(): Promise<string[]> {
  const { rows } = await database.pool.query<{ place: string }>(
    'SELECT tableoid::regclass::text AS place FROM locker_event_log ORDER BY seq',
  );
  return rows.map(({ place }) => place.replace('locker_event_log_', ''));
}

test('makes last, this and the next two months once, over the turn of a year', async () => {
  const nowMs = Date.UTC(2025, 11, 31, 23, 59);
  const months = ['2025_11', '2025_12', '2026_01', '2026_02'];
  expect(await ensurePartitions(database.pool, nowMs)).toEqual([
    ...months.map((month) => `locker_event_log_${month}`),
    ...months.map((month) => `notification_event_${month}`),
  ]);
  expect(await ensurePartitions(database.pool, nowMs)).toEqual([]);
  expect(await ensurePartitions(database.pool, nowMs + 60_000)).toEqual([
    'locker_event_log_2026_03',
    'notification_event_2026_03',
  ]);
});

test('several programs may do it at once', async () => {
  const made = await Promise.all([1, 2, 3].map(() => ensurePartitions(database.pool, 0)));
  expect(made.flat()).toHaveLength(8);
});

test('a row goes to its month, and to the default where there is none', async () => {
  await ensurePartitions(database.pool, Date.UTC(2025, 5, 15));
  await logAt(
    '2025-05-31T23:59:59.999Z',
    '2025-06-01T00:00:00.000Z',
    '2025-09-01T00:00:00Z',
    '1999-01-01T00:00:00Z',
  );
  expect(await whereLogged()).toEqual(['2025_05', '2025_06', 'default', 'default']);
});

test('rows that had no month are moved into it once it is made', async () => {
  await logAt('2025-05-31T23:59:59.999Z', '2025-06-01T00:00:00.000Z', '2024-01-01T00:00:00.000Z');
  expect(await whereLogged()).toEqual(['default', 'default', 'default']);
  await ensurePartitions(database.pool, Date.UTC(2025, 5, 15));
  expect(await whereLogged()).toEqual(['2025_05', '2025_06', 'default']);
});

test('a new partition has the keys of its table', async () => {
  await ensurePartitions(database.pool, Date.UTC(2025, 5, 15));
  await logAt('2025-06-01T00:00:00.000Z');
  await expect(logAt('2025-06-01T00:00:00.000Z')).rejects.toMatchObject({ code: '23505' });
});
