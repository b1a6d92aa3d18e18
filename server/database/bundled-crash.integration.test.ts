import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Clock, manualClock, realClock } from '../clock.ts';
import { findBinaries } from './binaries.ts';
import { openDatabase } from './connect.ts';
import { isConnectionError } from './sql-state.ts';
import { silentLogger } from './testing.ts';

// One data folder for all: each test leaves it as a crash left it, put right by the next start.
let folder: string;
let dataDir: string;
/** Who PostgreSQL runs as: ourselves, or its own user when we are root. */
let user: { uid: number; gid: number };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crash-'));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, 'database');
  const database = await open();
  await database.pool.query('create table parcel (id text)');
  await database.close();
  user = await stat(path.join(dataDir, 'data'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function open(clock: Clock = realClock()) {
  return openDatabase({ dataDir, logger: silentLogger, clock });
}

async function expectParcels(...ids: string[]): Promise<void> {
  const database = await open();
  const { rows } = await database.pool.query('delete from parcel returning id');
  expect(rows.map(({ id }) => id).sort()).toEqual(ids);
  await database.close();
}

/** A server process that committed parcel `id`, has another one half done, and waits to be killed. */
async function startServer(id: string): Promise<{ server: ChildProcess; postgresPid: number }> {
  const script = `
    import { openDatabase } from ${JSON.stringify(new URL('./connect.ts', import.meta.url))};
    import { realClock } from ${JSON.stringify(new URL('../clock.ts', import.meta.url))};
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const { pool } = await openDatabase({ dataDir: process.env.DATA_DIR, logger, clock: realClock() });
    await pool.query('insert into parcel values ($1)', [process.env.PARCEL]);
    const client = await pool.connect();
    await client.query('begin; insert into parcel values ($$half done$$)');
    console.log('committed');`;
  const server = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { DATA_DIR: dataDir, PARCEL: id },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (server.stdout === null) throw new Error('no output to read');
  await once(createInterface({ input: server.stdout }), 'line');
  return { server, postgresPid: await postmasterPid() };
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(path.join(dataDir, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** The shell in PostgreSQL's process group that stops it when its server is gone. */
async function watcherOf(postgresPid: number): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const line = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    if (/^\d+ \(sh\)/.test(line) && Number(line.split(' ')[4]) === postgresPid) return Number(entry);
  }
  throw new Error('there is no watcher');
}

async function kill(server: ChildProcess): Promise<void> {
  server.kill('SIGKILL');
  await once(server, 'exit');
}

describe('after a kill -9 of the server', () => {
  test('the next start has all that was committed, at once and without a hand', async () => {
    const { server } = await startServer('first');
    await kill(server);
    await expectParcels('first');
  });

  test('PostgreSQL ends by itself', async () => {
    const { server, postgresPid } = await startServer('alone');
    await kill(server);
    await vi.waitFor(async () => expect(await postmasterPid().catch(() => 'gone')).toBe('gone'), 30_000);
    await expect(readFile(`/proc/${postgresPid}/cwd/PG_VERSION`)).rejects.toThrow();
    await expectParcels('alone');
  });

  test('and of its watcher, the next start ends the PostgreSQL left behind', async () => {
    const { server, postgresPid } = await startServer('second');
    process.kill(await watcherOf(postgresPid), 'SIGKILL');
    await kill(server);
    expect(await postmasterPid()).toBe(postgresPid);
    await expectParcels('second');
  });

  test('and of its PostgreSQL, the next start recovers', async () => {
    const { server, postgresPid } = await startServer('third');
    process.kill(postgresPid, 'SIGKILL');
    await kill(server);
    await expectParcels('third');
  });
});

test('a PostgreSQL that is killed alone is reported, queries fail as away, and a new start recovers', async () => {
  const database = await open();
  await database.pool.query(`insert into parcel values ('fourth')`);
  process.kill(await postmasterPid(), 'SIGKILL');
  expect(await database.lost).toContain('SIGKILL');
  const error = await database.pool.query('select 1').catch((thrown: unknown) => thrown);
  expect(isConnectionError(error)).toBe(true);
  await database.close();
  await expectParcels('fourth');
});

describe('what a power cut leaves behind', () => {
  test.each(['', 'rubbish\n', '0\n'])('a torn postmaster.pid (%j) is no obstacle', async (content) => {
    await writeFile(path.join(dataDir, 'data', 'postmaster.pid'), content);
    await expectParcels();
  });

  test('a postmaster.pid whose number now belongs to another program is no obstacle, nor is that harmed', async () => {
    const other = spawn('/bin/sh', ['-c', 'read -r _'], { uid: user.uid, gid: user.gid, cwd: '/' });
    const content = `${other.pid}\n${dataDir}/data\n1700000000\n5432\n${dataDir}/run\n\n\nready\n`;
    await writeFile(path.join(dataDir, 'data', 'postmaster.pid'), content);
    await writeFile(path.join(dataDir, 'run', '.s.PGSQL.5432.lock'), content);
    await expectParcels();
    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
    other.stdin.end();
    await once(other, 'exit');
  });
});

test('a PostgreSQL that somebody started by hand on the data is left alone and named', async () => {
  const { folder: binaries } = await findBinaries();
  const settings = ['-c', 'listen_addresses=', '-k', path.join(dataDir, 'run')];
  const byHand = spawn(`${binaries}/bin/postgres`, ['-D', path.join(dataDir, 'data'), ...settings], {
    ...{ uid: user.uid, gid: user.gid, cwd: '/' },
  });
  await new Promise<void>((resolve) => {
    byHand.stderr.on('data', (text) => String(text).includes('ready to accept') && resolve());
  });
  await expect(open()).rejects.toMatchObject({
    code: 'databaseInUse',
    message: expect.stringContaining(`in use by PostgreSQL process ${byHand.pid}.`),
  });
  expect(byHand.exitCode).toBe(null);
  byHand.kill('SIGINT');
  await once(byHand, 'exit');
});

test('a lock that outlives its server is waited for', async () => {
  const holder = spawn('flock', ['lock', 'sh', '-c', 'echo held; read -r _'], {
    ...{ uid: user.uid, gid: user.gid, cwd: dataDir },
  });
  await once(holder.stdout, 'data');
  await writeFile(path.join(dataDir, 'owner'), `${holder.pid} 1\n`);
  const real = realClock();
  const opening = open({
    nowMs: real.nowMs,
    after(delayMs, run) {
      holder.stdin.end();
      return real.after(delayMs, run);
    },
  });
  await (await opening).close();
});

test('a PostgreSQL that does not stop when asked is stopped by force', async () => {
  const clock = manualClock();
  const database = await open(clock);
  await database.pool.query(`insert into parcel values ('fifth')`);
  process.kill(await postmasterPid(), 'SIGSTOP');
  const closing = database.close();
  await vi.waitFor(() => expect(clock.pending()).toBe(2), 30_000);
  clock.advance(20_000);
  await closing;
  await expectParcels('fifth');
});
