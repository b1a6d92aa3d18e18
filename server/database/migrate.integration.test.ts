import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './migrations-folder.ts';
import { createTestDatabase, silentLogger, type TestDatabase } from './testing.ts';

const nowMs = 1_700_000_000_000;
let database: TestDatabase<unknown>;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase(inject('postgres'), { template: 'template0' });
  folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

function write(name: string, sql: string): Promise<void> {
  return writeFile(path.join(folder, name), sql);
}

function run() {
  return migrate({ pool: database.pool, folder, clock: manualClock(nowMs), logger: silentLogger });
}

test('files are applied once, in order, and recorded with the clock’s time', async () => {
  await write('0001-parcel.sql', 'create table parcel (id text); insert into parcel values (1);');
  await write('0002-weight.sql', 'alter table parcel add weight_g integer');
  expect(await run()).toEqual({ applied: ['0001-parcel.sql', '0002-weight.sql'], version: 2 });
  expect(await run()).toEqual({ applied: [], version: 2 });
  await write('0003-more.sql', 'insert into parcel values (2, 100)');
  expect(await run()).toEqual({ applied: ['0003-more.sql'], version: 3 });
  const { rows } = await database.pool.query('select id, weight_g from parcel order by id');
  expect(rows).toEqual([
    { id: '1', weight_g: null },
    { id: '2', weight_g: 100 },
  ]);
  const recorded = await database.pool.query(
    'select number, applied_at, length(checksum) as length from schema_migration',
  );
  expect(recorded.rows[0]).toEqual({ number: 1, applied_at: new Date(nowMs), length: 64 });
});

test('a file that fails leaves nothing behind, says where, and can be put right', async () => {
  await write('0001-parcel.sql', 'create table parcel (id text)');
  await write('0002-wrong.sql', 'create table half (id text);\n-- π 🚪\ninsert into nowhere values (1);\n');
  await expect(run()).rejects.toMatchObject({
    code: 'migrationFailed',
    message: 'The migration 0002-wrong.sql failed at line 3: relation "nowhere" does not exist.',
  });
  const { rows } = await database.pool.query(
    `select to_regclass('half') as half, to_regclass('parcel') as parcel`,
  );
  expect(rows).toEqual([{ half: null, parcel: 'parcel' }]);
  await write('0002-wrong.sql', 'create table half (id text)');
  expect((await run()).applied).toEqual(['0002-wrong.sql']);
});

test('an applied file that was edited is refused, and nothing after it runs', async () => {
  await write('0001-parcel.sql', 'create table parcel (id text)');
  await run();
  await write('0001-parcel.sql', 'create table parcel (id text, more text)');
  await write('0002-next.sql', 'create table next (id text)');
  await expect(run()).rejects.toMatchObject({ code: 'migrationChanged' });
  const { rows } = await database.pool.query(`select to_regclass('next') as next`);
  expect(rows).toEqual([{ next: null }]);
});

test('a database from a later program is refused', async () => {
  await write('0001-parcel.sql', 'create table parcel (id text)');
  await write('0002-later.sql', 'create table later (id text)');
  await run();
  await rm(path.join(folder, '0002-later.sql'));
  await expect(run()).rejects.toMatchObject({
    code: 'databaseNewer',
    message: expect.stringContaining('newer than this program'),
  });
});

test('programs that start at once take turns', async () => {
  for (const number of [1, 2, 3]) await write(`000${number}-t.sql`, `create table t${number} (id text)`);
  const results = await Promise.all([run(), run(), run(), run()]);
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual([
    '0001-t.sql',
    '0002-t.sql',
    '0003-t.sql',
  ]);
  expect(results.map(({ version }) => version)).toEqual([3, 3, 3, 3]);
});

test('the server’s own migrations apply to an empty database, as no superuser', async () => {
  const result = await migrate({
    pool: database.pool,
    folder: migrationsFolder,
    clock: manualClock(nowMs),
    logger: silentLogger,
  });
  expect(result.version).toBeGreaterThan(0);
});
