import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../clock.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { type BundledCluster, startBundled } from './bundled.ts';
import { standInFor } from './stand-in.ts';
import { socketTarget } from './target.ts';
import { silentLogger } from './testing.ts';

const isRoot = process.getuid?.() === 0;
/** Debian's `nobody`: somebody without a right of their own. */
const nobody = { uid: 65534, gid: 65534 };
const run = promisify(execFile);

let home: string;
/** Where everybody can read them. */
let binaries: Binaries;
/** Where only their owner can: as an installation under umask 077 leaves them. */
let privateBinaries: Binaries;
let folder: string;
let options: { dataDir: string; systemFolder: string };

beforeAll(async () => {
  home = await publicFolder();
  const { folder: source } = await findBinaries();
  binaries = { folder: path.join(home, 'binaries'), version: 'public' };
  privateBinaries = { folder: path.join(home, 'private'), version: 'private' };
  await run('cp', ['-R', '--', source, binaries.folder]);
  await run('chmod', ['-R', 'go+rX', '--', binaries.folder]);
  await run('cp', ['-R', '--', source, privateBinaries.folder]);
  await run('chmod', ['-R', 'go-rwx', '--', privateBinaries.folder]);
  options = { dataDir: path.join(home, 'made'), systemFolder: home };
  const made = await start(binaries);
  await query(made, 'create table parcel (id text)');
  await made.stop();
});

afterAll(() => rm(home, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await publicFolder();
  await mkdir(path.join(folder, 'lib'));
  options = { dataDir: path.join(folder, 'checkout', 'database'), systemFolder: path.join(folder, 'lib') };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function publicFolder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'placement-'));
  await chmod(made, 0o755);
  return made;
}

/** A copy of a database made before: making one is slow. Its owner is the one that PostgreSQL has as root. */
async function copyMade(): Promise<void> {
  await mkdir(path.dirname(options.dataDir));
  await run('cp', ['-a', '--', path.join(home, 'made'), options.dataDir]);
}

function start(from: Binaries): Promise<BundledCluster> {
  return startBundled({ ...options, binaries: from, logger: silentLogger, clock: realClock() });
}

async function query({ socketFolder }: BundledCluster, statement: string): Promise<unknown[]> {
  const client = new pg.Client(socketTarget(socketFolder, 'postgres', 'postgres').config);
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows;
}

describe.skipIf(!isRoot)('as root', () => {
  test('PostgreSQL runs as another user, where the checkout is', async () => {
    await copyMade();
    const cluster = await start(binaries);
    expect(cluster.clusterFolder).toBe(options.dataDir);
    expect((await stat(`/proc/${cluster.pid}`)).uid).not.toBe(0);
    expect(await readdir(options.systemFolder)).toEqual([]);
    await cluster.stop();
  });

  test('binaries that its user cannot read are copied once', async () => {
    await copyMade();
    const first = await start(privateBinaries);
    expect(first.clusterFolder).toBe(options.dataDir);
    await first.stop();
    const copy = path.join(standInFor(options.systemFolder, privateBinaries.folder), 'postgresql-private');
    const { ctimeMs, uid, mode } = await stat(copy);
    expect([uid, mode & 0o777]).toEqual([0, 0o755]);

    await rm(path.join(copy, 'share', 'postgresql', 'postgres.bki'));
    const mended = await start(privateBinaries);
    await mended.stop();
    expect((await stat(copy)).ctimeMs).toBeGreaterThan(ctimeMs);

    const { ctimeMs: mendedMs } = await stat(copy);
    await (await start(privateBinaries)).stop();
    expect((await stat(copy)).ctimeMs).toBe(mendedMs);
  });

  test('in a 0700 folder and under umask 077 the data lives elsewhere, and stays there', async () => {
    const umask = process.umask(0o077);
    try {
      await mkdir(path.join(folder, 'checkout'), { mode: 0o700 });
      const first = await start(privateBinaries);
      expect(first.clusterFolder).toBe(
        path.join(standInFor(options.systemFolder, options.dataDir), 'cluster'),
      );
      await query(first, 'create table parcel (id text)');
      await first.stop();
    } finally {
      process.umask(umask);
    }
    await chmod(path.join(folder, 'checkout'), 0o755);
    const second = await start(binaries);
    expect(await query(second, 'select * from parcel')).toEqual([]);
    await second.stop();
  });

  test('data that its user can no longer reach is never replaced by an empty database', async () => {
    await copyMade();
    await chmod(path.join(folder, 'checkout'), 0o700);
    await expect(start(binaries)).rejects.toMatchObject({
      code: 'databaseFolderUnusable',
      message: expect.stringMatching(`is in ${options.dataDir}, which .* can no longer reach`),
    });
  });

  test('data that an ordinary user began goes on under that user', async () => {
    await copyMade();
    await run('chown', ['-R', `${nobody.uid}:${nobody.gid}`, '--', options.dataDir]);
    const cluster = await start(binaries);
    expect((await stat(`/proc/${cluster.pid}`)).uid).toBe(nobody.uid);
    expect(await query(cluster, 'select * from parcel')).toEqual([]);
    await cluster.stop();
  });

  test('an ordinary user is told that root’s data is not theirs', async () => {
    await copyMade();
    expect(await startAsOrdinaryUser()).toEqual({ code: 'databaseFolderUnusable' });
  });
});

test('as an ordinary user it runs in a 0700 folder, under umask 077 and with LANG unset', async () => {
  const checkout = path.join(folder, 'checkout');
  await mkdir(checkout, { mode: 0o700 });
  if (isRoot) await chown(checkout, nobody.uid, nobody.gid);
  expect(await startAsOrdinaryUser()).toEqual({ ran: true, encoding: 'UTF8', locale: 'C.UTF-8' });
  expect(await readdir(options.systemFolder)).toEqual([]);
});

/** Starts, asks and stops in a process of an ordinary user with an empty environment. */
async function startAsOrdinaryUser(): Promise<unknown> {
  const script = `
    import pg from 'pg';
    import { startBundled } from ${JSON.stringify(new URL('./bundled.ts', import.meta.url))};
    import { realClock } from ${JSON.stringify(new URL('../clock.ts', import.meta.url))};
    import { socketTarget } from ${JSON.stringify(new URL('./target.ts', import.meta.url))};
    const { uid, gid, options } = JSON.parse(process.env.PLAN);
    if (process.getuid() === 0) { process.setgroups([]); process.setgid(gid); process.setuid(uid); }
    process.umask(0o077);
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    try {
      const cluster = await startBundled({ ...options, logger, clock: realClock() });
      const client = new pg.Client(socketTarget(cluster.socketFolder, 'postgres', 'postgres').config);
      await client.connect();
      await client.query('create table if not exists parcel (id text)');
      const { rows: [row] } = await client.query(
        "select current_setting('server_encoding') as encoding, datlocale as locale from pg_database where datname = 'postgres'");
      await client.end();
      await cluster.stop();
      console.log(JSON.stringify({ ran: true, ...row }));
    } catch (error) {
      console.log(JSON.stringify({ code: error.code }));
      if (error.code === undefined) throw error;
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env: { PLAN: JSON.stringify({ ...nobody, options: { ...options, binaries } }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout));
}
