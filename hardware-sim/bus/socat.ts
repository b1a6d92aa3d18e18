import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, unlinkSync } from 'node:fs';
import type { Clock } from '../clock.ts';

const READY_MS_MAX = 10_000;

/**
 * Starts a `socat` that shows a TCP port of this machine as a terminal, linked from `path`; resolves when it is ready.
 * `socat` connects only once its terminal and link are there, so `connected` (its connection arriving) says so.
 *
 * Rejects with code `SOCAT_MISSING`, `LINE_PATH_TAKEN` (something that is no link lies at `path`) or `LINE_NOT_READY`.
 */
export async function startSocat(options: {
  clock: Clock;
  path: string;
  tcpPort: number;
  connected: Promise<void>;
}): Promise<ChildProcess> {
  removeLink(options.path);
  const child = spawn(
    'socat',
    [`PTY,link=${options.path},raw,echo=0`, `TCP:127.0.0.1:${options.tcpPort},nodelay`],
    {
      stdio: 'ignore',
    },
  );
  try {
    await ready(options.clock, options.connected, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return child;
}

/** Ends it and waits until it is gone, with its link. */
export async function stopSocat(child: ChildProcess, path: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  }
  removeLink(path);
}

function ready(clock: Clock, connected: Promise<void>, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string) => {
      cancel();
      reject(Object.assign(new Error(message), { code }));
    };
    const cancel = clock.after(READY_MS_MAX, () =>
      fail('LINE_NOT_READY', 'socat showed no terminal in time'),
    );
    child.once('error', () =>
      fail('SOCAT_MISSING', 'cannot run socat; install it, or use a line over TCP instead of a terminal'),
    );
    child.once('exit', (status) =>
      fail('LINE_NOT_READY', `socat ended with status ${status} before it was ready`),
    );
    void connected.then(() => {
      cancel();
      resolve();
    });
  });
}

/** A link may be left over from a `socat` that was killed. */
function removeLink(path: string): void {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return;
  if (!entry.isSymbolicLink()) {
    throw Object.assign(new Error(`${path} is in the way of a serial line`), { code: 'LINE_PATH_TAKEN' });
  }
  unlinkSync(path);
}
