import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sqliteStore } from './adapters/store/sqlite-store.ts';

let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-main-'));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, 'data');

function agent(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** A command that ends by itself. */
async function ended(...args: string[]) {
  const child = agent(...args);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

/** An agent that runs: what it said when it was ready. */
async function running(...args: string[]) {
  const child = agent('run', '--data', data(), ...args);
  child.stderr.resume();
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, ready: JSON.parse(line) as { ready: string; kiosk: string; locker: string } };
}

/** An enrolled folder whose serial line is not there. */
function enrolled(): void {
  mkdirSync(data(), { mode: 0o700 });
  const key = { lockerId: 'gb-testlock', lockerKey: 'k'.repeat(43) };
  writeFileSync(join(data(), 'locker.key'), JSON.stringify(key), { mode: 0o600 });
  const cabinet = {
    lines: [{ name: 'lock', url: join(folder, 'no-such-line') }],
    boards: [{ name: 'a', profile: 'bcc8a', line: 'lock', address: 1, channels: 8 }],
    slots: [{ number: 1, board: 'a', channel: 1, size: 'S' }],
  };
  const config = { brokerUrl: 'mqtt://127.0.0.1:1', kioskPort: 0, cabinet };
  writeFileSync(join(data(), 'agent.json'), JSON.stringify(config));
}

function journal(): string[] {
  const store = sqliteStore(data());
  const kinds = store.readJournal(1, 100).map((line) => JSON.parse(line).kind);
  store.close();
  return kinds;
}

it('runs with its serial line missing, once per folder, through kills, until it is told to stop', async () => {
  enrolled();
  const first = await running();
  expect(first.ready).toMatchObject({ ready: 'agent', locker: 'gb-testlock' });
  const health = await fetch(`${first.ready.kiosk}/health`);
  expect(await health.json()).toEqual({ status: 'ok' });

  const second = await ended('run', '--data', data());
  expect([second.code, second.out]).toEqual([1, '']);
  expect(second.err).toContain('another agent runs on this folder');
  expect(second.err).not.toContain('    at ');

  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const third = await running('--scanner', join(folder, 'no-scanner'));
  third.child.kill('SIGTERM');
  expect(await once(third.child, 'exit')).toEqual([0, null]);
  expect(journal()).toEqual(['agent.started', 'board.lost', 'agent.started', 'board.lost']);
});

it('says in plain words why it does not start', async () => {
  const notEnrolled = await ended('run', '--data', data());
  expect([notEnrolled.code, notEnrolled.err]).toEqual([1, expect.stringContaining('agent enrol --server')]);

  enrolled();
  writeFileSync(join(data(), 'agent.db'), 'nothing that SQLite knows'.repeat(100));
  const damaged = await ended('run', '--data', data());
  expect([damaged.code, damaged.err]).toEqual([1, expect.stringContaining('--replace')]);
  for (const { err } of [notEnrolled, damaged]) expect(err).not.toContain('    at ');
});

it('says that its data folder cannot be written', async () => {
  writeFileSync(join(folder, 'file'), '');
  const enrol = ['enrol', '--server', 'http://127.0.0.1:1', '--claim', 'THE-CLAIM'];
  const { code, err } = await ended(...enrol, '--data', join(folder, 'file', 'data'));
  expect([code, err]).toEqual([1, expect.stringContaining('cannot write in the data folder')]);
  expect(existsSync(data())).toBe(false);
});

it('says how it is used, and repeats no value of a wrong command line', async () => {
  const help = await ended('--help');
  expect([help.code, help.out]).toEqual([0, expect.stringContaining('agent run --data DIR')]);
  const wrong = await ended('enrol', '--claim', 'THE-CLAIM'.repeat(20), '--data', data());
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/--server: .*\n--claim: /)]);
  expect(wrong.err).not.toContain('THE-CLAIM');
});

it('ends quietly when nobody reads on', async () => {
  const file = join(folder, 'cabinet.json');
  const slots = [{ number: 1, board: 'a', channel: 1, size: 'S' }];
  const boards = [{ name: 'a', profile: 'bcc8a', line: 'lock', address: 1, channels: 8 }];
  writeFileSync(file, JSON.stringify({ lines: [{ name: 'lock', url: '/dev/lock' }], boards, slots }));
  const child = agent('cabinet', 'check', file);
  child.stdout.destroy();
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([code, err]).toEqual([0, '']);
});
