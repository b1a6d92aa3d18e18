import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestConnection } from './database/testing.ts';
import { startTestMailbox } from './notifications/testing.ts';
import { newLocker, post, serverProcesses } from './testing.ts';

const { server, endAll } = serverProcesses();
const freePorts = ['--http-port', '0', '--mqtt-port', '0', '--ws-port', '0'];
const patience = { timeout: 30_000 };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lw-loss-'));
  // As root, PostgreSQL runs as a user of its own, who has to pass through.
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await endAll();
  await rm(folder, { recursive: true, force: true });
});

const health = async (http: string) => (await fetch(`${http}/v1/health`)).status;
const bookingStatus = async (http: string, { bookingId, token }: Record<string, unknown>) => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${http}/v1/bookings/${bookingId}`, { headers });
  return ((await answer.json()) as { status: unknown }).status;
};

test('a database that goes away under a running server: said so, waited for, and nothing is lost or done twice', async () => {
  const database = await createTestDatabase(inject('postgres') as TestConnection);
  const mailbox = await startTestMailbox();
  const { socketFolder } = inject('postgres') as TestConnection;
  const relay = await socketRelay(folder, socketFolder);
  const url = database.url.replace(encodeURIComponent(socketFolder), encodeURIComponent(folder));
  const where = ['--data', join(folder, 'data'), '--database-url', url];
  const { lockerId, claim } = await server('locker', 'create', ...where, ...newLocker).answer();
  const one = server('run', ...where, ...freePorts, '--smtp-url', mailbox.url);
  const { http } = await one.answer();
  await post(`${http}/v1/enrol`, { claim });
  const book = (email: string, key: string) =>
    post(`${http}/v1/bookings`, { lockerId, size: 'S', email }, { 'idempotency-key': key });
  const first = await book('ann@example.org', 'first');
  expect(first.status).toBe(201);

  relay.cut(true);
  for (let tries = 0; tries < 3; tries += 1)
    expect(await book('ben@example.org', 'second')).toMatchObject({
      status: 503,
      json: { title: 'The database is out of reach for the moment.' },
    });
  expect(await health(http)).toBe(503);

  relay.cut(false);
  await expect.poll(() => health(http), patience).toBe(200);
  const second = await book('ben@example.org', 'second');
  expect([second.status, (await book('ben@example.org', 'second')).json]).toEqual([201, second.json]);
  expect((await book('cid@example.org', 'third')).status).toBe(409);
  expect(await bookingStatus(http, first.json)).toBe('active');
  for (const person of ['ann@example.org', 'ben@example.org']) await mailbox.find(({ to }) => to === person);
  expect(mailbox.mails).toHaveLength(2);

  relay.cut(true);
  one.child.kill('SIGTERM');
  expect(await one.exited).toBe(0);
  relay.stop();
  await mailbox.stop();
  await database.drop();
});

test('the bundled PostgreSQL dies under a running server: a part of it comes back, all of it ends the server in words', async () => {
  const where = ['--data', join(folder, 'data')];
  const { lockerId, claim } = await server('locker', 'create', ...where, ...newLocker).answer();
  const one = server('run', ...where, ...freePorts);
  const { http } = await one.answer();
  await post(`${http}/v1/enrol`, { claim });
  const booking = await post(`${http}/v1/bookings`, { lockerId, size: 'S', email: 'ann@example.org' });
  expect(booking.status).toBe(201);

  const postgres = await postmaster();
  // One killed process makes PostgreSQL end all others and recover, as after the kernel ran out of memory.
  process.kill(await serving(postgres), 'SIGKILL');
  await expect.poll(one.stderr, patience).toContain('a database connection broke');
  await expect.poll(() => bookingStatus(http, booking.json), patience).toBe('active');

  process.kill(postgres, 'SIGKILL');
  expect(await one.exited).toBe(1);
  expect(one.stderr()).toMatch(/^server: The database ended by itself: .*SIGKILL/m);
  expect(one.stderr()).not.toMatch(/^\s+at /m);

  const next = server('run', ...where, ...freePorts);
  expect(await bookingStatus((await next.answer()).http, booking.json)).toBe('active');
  next.child.kill('SIGTERM');
  expect(await next.exited).toBe(0);
});

async function postmaster(): Promise<number> {
  const text = await readFile(join(folder, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

/** A process of PostgreSQL that serves a connection. */
async function serving(postgres: number): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const title = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (stat.split(' ')[3] === `${postgres}` && title.includes('latchwork')) return Number(entry);
  }
  throw new Error('PostgreSQL serves nobody');
}

/** Stands before PostgreSQL's socket; while it is cut, nobody is let through and whoever was is cut off. */
async function socketRelay(at: string, socketFolder: string) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const relay = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(join(socketFolder, '.s.PGSQL.5432'));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => relay.listen(join(at, '.s.PGSQL.5432'), resolve));
  const cut = (on: boolean) => {
    isCut = on;
    if (on) for (const socket of sockets) socket.destroy();
  };
  return {
    cut,
    stop() {
      cut(true);
      relay.close();
    },
  };
}
