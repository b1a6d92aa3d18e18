import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../clock.ts';
import { type OpenOptions, openDatabase } from './connect.ts';
import { silentLogger } from './testing.ts';

let home: string;
let folder: string;
let dataDir: string;

beforeAll(async () => {
  home = await publicFolder();
  dataDir = path.join(home, 'made');
  await (await open()).close();
});

afterAll(() => rm(home, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await publicFolder();
  dataDir = path.join(folder, 'database');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** As root, the database runs as another user, who has to pass through it. */
async function publicFolder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'bundled-'));
  await chmod(made, 0o755);
  return made;
}

/** A copy of a database made before: making one is the slow part, and not what most of these are about. */
async function copyMade(): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--', path.join(home, 'made'), dataDir]);
}

function open(options: Partial<OpenOptions> = {}) {
  return openDatabase({ dataDir, logger: silentLogger, clock: realClock(), ...options });
}

test('the first start makes a database as it should be, and the next one finds it', async () => {
  const first = await open();
  const { rows } = await first.pool.query(`
    select current_setting('server_encoding') as encoding, datlocprovider as provider, datlocale as locale,
      current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit, current_setting('data_checksums') as checksums,
      current_setting('listen_addresses') as addresses, current_setting('TimeZone') as zone,
      current_setting('is_superuser') as superuser, current_setting('server_version_num')::int / 10000 as major
    from pg_database where datname = current_database()`);
  expect(rows).toEqual([
    {
      ...{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', checksums: 'on', major: 18 },
      ...{ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
      ...{ addresses: '', zone: 'UTC', superuser: 'off' },
    },
  ]);
  await first.pool.query(`create table parcel (id text); insert into parcel values ('kept ü')`);
  await first.close();

  const second = await open();
  expect((await second.pool.query('select id from parcel')).rows).toEqual([{ id: 'kept ü' }]);
  await second.close();
});

test('only its own user can reach the data and the socket', async () => {
  await copyMade();
  const database = await open();
  const modes = await Promise.all(
    ['', 'data', 'run', 'run/.s.PGSQL.5432'].map(async (name) => {
      const { mode, uid } = await stat(path.join(dataDir, name));
      return `${name} ${(mode & 0o777).toString(8)} ${uid === 0 ? 'root' : 'user'}`;
    }),
  );
  expect(modes).toEqual([' 700 user', 'data 700 user', 'run 700 user', 'run/.s.PGSQL.5432 700 user']);
  await database.close();
  expect(await readdir(path.join(dataDir, 'run'))).toEqual([]);
});

describe('a second server on the same data', () => {
  test('is refused and told who has it, and the first one goes on', async () => {
    await copyMade();
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'databaseInUse',
      message: expect.stringContaining(`in use by process ${process.pid}.`),
    });
    expect((await first.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await first.close();
  });

  test('may join it on purpose, and leaves it running', async () => {
    await copyMade();
    const first = await open();
    const guest = await open({ whenRunning: 'join' });
    await guest.pool.query('create table parcel (id text)');
    await guest.close();
    expect((await first.pool.query('select * from parcel')).rows).toEqual([]);
    await first.close();
  });

  test('is refused too when both start at once', async () => {
    const starts = await Promise.allSettled([open(), open(), open()]);
    const running = starts.filter((start) => start.status === 'fulfilled');
    const codes = starts.filter((start) => start.status === 'rejected').map(({ reason }) => reason.code);
    expect(codes).toEqual(['databaseInUse', 'databaseInUse']);
    await running[0]?.value.close();
  });
});

test('a first start that was cut short leaves nothing that is taken for a database', async () => {
  await copyMade();
  await rename(path.join(dataDir, 'data'), path.join(dataDir, 'data.new'));
  await rm(path.join(dataDir, 'data.new', 'base'), { recursive: true });
  const database = await open();
  expect((await readdir(dataDir)).sort()).toEqual(['data', 'lock', 'owner', 'run']);
  await database.close();
});

describe('a path', () => {
  test('with blanks, commas and quotes is no trouble', async () => {
    dataDir = path.join(folder, `it's a "place", with, commas`);
    await copyMade();
    const database = await open();
    expect((await stat(path.join(dataDir, 'run', '.s.PGSQL.5432'))).isSocket()).toBe(true);
    await database.close();
  });

  test('too long for a socket puts the socket elsewhere, again for nobody else', async () => {
    dataDir = path.join(folder, 'deep'.repeat(30));
    await copyMade();
    const database = await open();
    const socketFolder = path.dirname(database.name);
    expect(socketFolder.startsWith(dataDir)).toBe(false);
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await database.close();
    await rm(socketFolder, { recursive: true });
  });
});

describe('a data folder', () => {
  test('that holds other things is refused and left untouched', async () => {
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'thesis.txt'), 'years of work');
    if (process.getuid?.() === 0) await chown(dataDir, 12345, 12345);
    const before = await stat(dataDir);
    await expect(open()).rejects.toMatchObject({ code: 'databaseFolderUnusable' });
    expect(await readFile(path.join(dataDir, 'thesis.txt'), 'utf8')).toBe('years of work');
    const after = await stat(dataDir);
    expect([after.mode, after.uid]).toEqual([before.mode, before.uid]);
  });

  test('that cannot be made is a clear error', async () => {
    await writeFile(dataDir, 'a file in its place');
    await expect(open({ dataDir: path.join(dataDir, 'database') })).rejects.toMatchObject({
      code: 'databaseFolderUnusable',
      message: expect.stringMatching(/cannot be used: E.*that it can write to/),
    });
  });

  test('with damaged data is a clear error that says what PostgreSQL said', async () => {
    await copyMade();
    await writeFile(path.join(dataDir, 'data', 'PG_VERSION'), '9\n');
    await expect(open()).rejects.toMatchObject({
      code: 'databaseDidNotStart',
      message: expect.stringContaining('incompatible'),
    });
  });
});
