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

/** Resolves to the exit status. A signal to us ends the program first, and then us. */
export function runShown(command: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    let interruptedBy: NodeJS.Signals | undefined;
    const pass = (signal: NodeJS.Signals) => {
      if (interruptedBy === undefined) child.kill(signal);
      interruptedBy = signal;
    };
    process.on('SIGINT', pass).on('SIGTERM', pass);
    child.on('error', reject);
    child.on('exit', (status) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      if (interruptedBy !== undefined) process.exit(128 + constants.signals[interruptedBy]);
      resolve(status ?? 1);
    });
  });
}
