import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Tally } from './tally.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs one check with its output shown, in the root folder; it counts as one, passed when its status is 0. */
export async function runProgram(command: string, args: string[]): Promise<Tally> {
  const ok = (await runShown(command, args)) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** The run was told to end by a signal; nothing has failed, and there is nothing to count. */
export class Interrupted extends Error {
  readonly status: number;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.status = 128 + constants.signals[signal];
  }
}

/**
 * Resolves to the exit status.
 * @throws Interrupted after a signal to us, which is passed on once and its answer waited for
 */
export function runShown(command: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    let interrupted: Interrupted | undefined;
    const pass = (signal: NodeJS.Signals) => {
      if (interrupted === undefined) child.kill(signal);
      interrupted ??= new Interrupted(signal);
    };
    process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass);
    child.on('error', reject);
    child.on('exit', (status) => {
      process.off('SIGINT', pass).off('SIGTERM', pass).off('SIGHUP', pass);
      if (interrupted === undefined) resolve(status ?? 1);
      else reject(interrupted);
    });
  });
}
