import { join } from 'node:path';
import { type Child, type ChildOptions, startChild } from '../start/child.ts';
import type { BenchPlace } from './bench.ts';

const root = join(import.meta.dirname, '../..');

/** Starts a process of the stack that ends with the bench, also where that is interrupted while it starts. */
export async function startBenchChild(
  { atEnd, folder }: Pick<BenchPlace, 'atEnd' | 'folder'>,
  options: Omit<ChildOptions, 'logFile' | 'onPid'>,
): Promise<Child> {
  let child: Child | undefined;
  const started = startChild({
    ...options,
    logFile: join(folder, `${options.name}.log`),
    // As every command of this project is started; set here, too, for a bench that is started by hand.
    env: { NODE_COMPILE_CACHE: join(root, '.tools', 'compile-cache'), ...options.env },
    onPid: (pid) =>
      atEnd(async () => {
        if (child) await child.stop();
        else process.kill(pid, 'SIGKILL');
      }),
  });
  child = await started;
  return child;
}
