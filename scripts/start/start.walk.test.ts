import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { portNames } from './ports.ts';
import { temporaryFolder } from './temporary-folder.ts';

const main = resolve(import.meta.dirname, 'main.ts');
const anyPorts = portNames.flatMap((name) => [
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-port`,
  '0',
]);
const folders: string[] = [];
const running = new Set<ChildProcess>();

afterAll(async () => {
  await Promise.all([...running].map((child) => end(child, 'SIGTERM')));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** `npm start` without npm: resolves once it says that it runs, or with its last words when it ends before. */
async function start(folder: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [main, '--data', folder, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  let words = '';
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  void ended.then(() => running.delete(child));
  const ran = new Promise<true>((done) => {
    child.stderr.on('data', (data: Buffer) => {
      words += data.toString();
      if (words.includes('Ctrl-C ends it all')) done(true);
    });
  });
  const first = await Promise.race([ran, ended]);
  const home = /Open {2}(\S+)/.exec(words)?.[1] ?? '';
  return { child, ran: first === true, home, ended, words: () => words };
}

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  child.kill(signal);
  return ended;
}

function newFolder(): string {
  const folder = temporaryFolder('latchwork-start-');
  folders.push(folder);
  return folder;
}

const Lockers = z.looseObject({
  lockers: z.array(z.looseObject({ lockerId: z.string(), plan: z.looseObject({ rev: z.number() }) })),
});
/** When the server last heard its locker, in ISO 8601; empty before the first time. */
async function heardAt(home: string): Promise<string> {
  const response = await fetch(`${home}/v1/ops/lockers`);
  const { lockers } = z
    .looseObject({ lockers: z.array(z.looseObject({ lastHeardAt: z.string().nullable() })) })
    .parse(await response.json());
  return lockers[0]?.lastHeardAt ?? '';
}

async function lockersAt(home: string) {
  const response = await fetch(`${home}/v1/ops/lockers`);
  return Lockers.parse(await response.json()).lockers.map(({ lockerId, plan }) => ({
    lockerId,
    rev: plan.rev,
  }));
}

it('goes on where it was after Ctrl-C, and ends what a killed start left running', async () => {
  const folder = newFolder();
  const first = await start(folder, anyPorts);
  expect(first.words()).toContain('Latchwork runs');
  const before = await lockersAt(first.home);
  expect(before).toHaveLength(1);
  expect(await end(first.child, 'SIGINT')).toBe(0);

  const second = await start(folder);
  expect(second.home).toBe(first.home);
  expect(await lockersAt(second.home)).toEqual(before);
  await end(second.child, 'SIGKILL');

  const left = JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8'));
  expect(left.map(({ name }: { name: string }) => name)).toEqual(['mailbox', 'server', 'cabinet', 'agent']);
  const third = await start(folder);
  expect(third.words()).toContain('left over from an earlier start');
  expect(await lockersAt(third.home)).toEqual(before);
  expect(await end(third.child, 'SIGTERM')).toBe(0);
});

it('goes on in plain with a locker that was enrolled before there were certificates', async () => {
  const folder = newFolder();
  const first = await start(folder, anyPorts);
  await expect.poll(() => heardAt(first.home)).not.toBe('');
  expect(readFileSync(join(folder, 'agent', 'agent.json'), 'utf8')).toContain('"mqtts://127.0.0.1');
  expect(await end(first.child, 'SIGINT')).toBe(0);
  for (const name of ['device.key', 'device.crt', 'authority.crt']) rmSync(join(folder, 'agent', name));
  const startedAt = new Date().toISOString();
  const second = await start(folder);
  await expect.poll(async () => (await heardAt(second.home)) > startedAt).toBe(true);
  expect(await end(second.child, 'SIGINT')).toBe(0);
});

it('runs beside another one, and refuses a port that was given and is taken', async () => {
  // One after the other: a port that one has chosen and not yet opened looks free to the other.
  const one = await start(newFolder(), anyPorts);
  const two = await start(newFolder(), anyPorts);
  expect([one.ran, two.ran]).toEqual([true, true]);
  const [lockerOfOne, lockerOfTwo] = await Promise.all([lockersAt(one.home), lockersAt(two.home)]);
  expect(lockerOfOne).not.toEqual(lockerOfTwo);
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const third = await start(newFolder(), [...anyPorts, '--kiosk-port', `${port}`]);
  expect(await third.ended).toBe(1);
  expect(third.words()).toContain(`port ${port}, given for kiosk, is taken`);
  taken.close();
  await Promise.all([end(one.child, 'SIGINT'), end(two.child, 'SIGINT')]);
});

it('says in plain words that its data folder cannot be written', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  const refused = await start(join(file, 'data'), anyPorts);
  expect(await refused.ended).toBe(1);
  expect(refused.words()).toContain('cannot be written');
});
