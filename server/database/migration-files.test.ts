import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDatabaseError } from './database-error.ts';
import { nextMigration, readMigrations } from './migration-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(...names: string[]): Promise<void> {
  for (const name of names) await writeFile(path.join(folder, name), `select '${name}'`);
}

test('files are read in the order of their numbers, and others are left alone', async () => {
  await write('0002-more.sql', '0001-first-tables.sql', 'README.md');
  const files = await readMigrations(folder);
  expect(files.map(({ number, fileName }) => [number, fileName])).toEqual([
    [1, '0001-first-tables.sql'],
    [2, '0002-more.sql'],
  ]);
  expect(files[1]?.sql).toBe(`select '0002-more.sql'`);
});

test.each([
  ['a gap', ['0001-a.sql', '0003-c.sql']],
  ['a number twice', ['0001-a.sql', '0001-b.sql']],
  ['no number', ['tables.sql']],
  ['a number from 0', ['0000-a.sql']],
  ['upper case', ['0001-Tables.sql']],
])('%s is refused', async (_, names) => {
  await write(...names);
  const error = await readMigrations(folder).catch((thrown: unknown) => thrown);
  expect(isDatabaseError(error, 'migrationNameInvalid')).toBe(true);
});

test('the first file that is not applied is next', async () => {
  await write('0001-a.sql', '0002-b.sql');
  const files = await readMigrations(folder);
  expect(nextMigration(files, [])?.number).toBe(1);
  expect(nextMigration(files, files.slice(0, 1))?.number).toBe(2);
  expect(nextMigration(files, files)).toBeUndefined();
});

test('a renamed file is the same, an edited or vanished one is not', async () => {
  await write('0001-a.sql', '0002-b.sql');
  const files = await readMigrations(folder);
  const [first, second] = files as [(typeof files)[0], (typeof files)[0]];
  expect(nextMigration(files, [{ ...first, fileName: '0001-old-name.sql' }])?.number).toBe(2);
  expect(() => nextMigration(files, [{ ...first, checksum: 'edited' }])).toThrow(/never edited/);
  expect(() => nextMigration(files, [second])).toThrow(/made by another 0002-b/);
});

test('a database from a later program is refused', async () => {
  await write('0001-a.sql');
  const files = await readMigrations(folder);
  const later = { number: 2, fileName: '0002-later.sql', checksum: 'x' };
  expect(() => nextMigration(files, [...files, later])).toThrow(/newer than this program/);
});
