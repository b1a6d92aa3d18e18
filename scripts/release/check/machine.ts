import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../run-command.ts';

/** A Debian that runs with systemd as its first process. */
export interface Machine {
  /** Runs a program inside; rejects with its words when it fails. */
  inside(...command: string[]): Promise<string>;
  /** True once the condition holds, false when it does not within the time. */
  until(holds: () => Promise<boolean>, withinMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const bootWithinMs = 120_000;
const stopWithinMs = 30_000;
const askEveryMs = 500;

/** Boots a root folder in a container of systemd's own. Needs root, and no service of the host's. */
export async function bootMachine(root: string): Promise<Machine> {
  const container = spawn(
    'systemd-nspawn',
    ['--register=no', '--keep-unit', '--private-network', '--quiet', `--directory=${root}`, '--boot'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  container.stderr.on('data', (data) => {
    words = (words + data).slice(-2_000);
  });
  const ended = once(container, 'exit');
  const kill = () => void container.kill('SIGKILL');
  process.once('exit', kill);

  const inside = (...command: string[]) => {
    const leader = childOf(container.pid);
    if (leader === undefined) throw new Error(`the container has ended: ${words}`);
    const flags = ['--mount', '--uts', '--ipc', '--net', '--pid', '--'];
    return runCommand('nsenter', ['--target', leader, ...flags, ...command], { env: { PATH: path } });
  };
  const machine: Machine = {
    inside,
    until,
    async stop() {
      process.off('exit', kill);
      if (container.exitCode !== null) return;
      await inside('systemctl', 'poweroff').catch(() => undefined);
      await Promise.race([ended, sleep(stopWithinMs).then(kill)]);
      await ended;
    },
  };
  const state = () => inside('systemctl', 'is-system-running').catch(String);
  if (await until(async () => /running|degraded/.test(await state()), bootWithinMs)) return machine;
  await machine.stop();
  throw new Error(`the container does not boot: ${words}`);
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function until(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await holds().catch(() => false)) return true;
    await sleep(askEveryMs);
  }
  return false;
}

/** The container's first process, as this machine numbers it. */
function childOf(pid: number | undefined): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] || undefined;
  } catch {
    return undefined;
  }
}
