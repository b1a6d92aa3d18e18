import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { inbox } from '../../contracts/inbox.ts';
import { systemdNotify } from './systemd-notify.ts';

let folder: string;
let listener: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-notify-'));
});
afterEach(async () => {
  if (listener?.kill()) await once(listener, 'exit');
  listener = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const pid = 4711;
const env = (more: object = {}) => ({
  PATH: process.env.PATH,
  NOTIFY_SOCKET: join(folder, 'notify'),
  ...more,
});

/** A socket as systemd has it, and what it is told. */
async function systemd() {
  const path = join(folder, 'notify');
  listener = spawn('socat', ['-u', `UNIX-RECV:${path}`, '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told = inbox<string>();
  let text = '';
  listener.stdout?.on('data', (data) => {
    text += data;
    // One word at a time is said here, and after it the barrier with which `systemd-notify` waits for its delivery.
    const word = /^(\w+=1)/.exec(text.replaceAll('BARRIER=1', ''))?.[1];
    if (word === undefined) return;
    text = '';
    told.push(word);
  });
  await expect.poll(() => existsSync(path)).toBe(true);
  return told;
}

describe.skipIf(!inject('tools').socat || !inject('tools')['systemd-notify'])('over a real socket', () => {
  it('tells systemd each word', async () => {
    const told = await systemd();
    const onTrouble = vi.fn();
    const manager = systemdNotify({ env: env(), pid, onTrouble });
    manager.ready();
    expect(await told.next()).toBe('READY=1');
    manager.alive();
    expect(await told.next()).toBe('WATCHDOG=1');
    manager.stopping();
    expect(await told.next()).toBe('STOPPING=1');
    expect(onTrouble).not.toHaveBeenCalled();
  });
});

describe('the deadline', () => {
  const deadline = (more: object) => systemdNotify({ env: env(more), pid, onTrouble: vi.fn() }).watchdogMs;

  it.each([
    ['is what systemd says', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4711' }, 30_000],
    ['needs no process named', { WATCHDOG_USEC: '30000000' }, 30_000],
    [
      'is not ours when it is another process’s',
      { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4712' },
      undefined,
    ],
    ['is none without a socket', { WATCHDOG_USEC: '30000000', NOTIFY_SOCKET: undefined }, undefined],
    ['is none where none is said', {}, undefined],
    ['is none where nonsense is said', { WATCHDOG_USEC: 'soon' }, undefined],
  ])('%s', (_what, more, expected) => expect(deadline(more)).toBe(expected));
});

it('does nothing where nobody listens', () => {
  const onTrouble = vi.fn();
  systemdNotify({ env: { PATH: '/nowhere' }, pid, onTrouble }).ready();
  expect(onTrouble).not.toHaveBeenCalled();
});

it('says once that it cannot tell, and goes on', async () => {
  const troubles = inbox<string>();
  const manager = systemdNotify({
    env: env({ PATH: folder }),
    pid,
    onTrouble: (what) => troubles.push(what),
  });
  manager.alive();
  expect(await troubles.next()).toMatch(/^systemd-notify cannot be run: .*ENOENT/);
  manager.alive();
  manager.stopping();
  expect(troubles.waiting()).toEqual([]);
});
