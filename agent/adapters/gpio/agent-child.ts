import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { GpioDriver } from './open-gpio.ts';

const agentFolder = join(import.meta.dirname, '../..');
const modulePath = (file: string) => JSON.stringify(join(agentFolder, 'adapters', file));

/** GPIO17 of one chip, by one driver, with the tools that are found on a path. */
export interface Pin {
  driver: GpioDriver;
  path: string;
  label: string;
}

/** An agent's GPIO in a process that a test can kill. */
export interface AgentChild {
  child: ChildProcess;
  /** Its next lines: first how opening went, then how driving did. */
  lines(count: number): Promise<unknown[]>;
  /** As systemd ends a service: with every process that came of it. */
  killAll(): Promise<void>;
}

/** Starts a process that opens the pin and drives it once. */
export function agentChild(
  { driver, path, label }: Pin,
  { pulseMs, uid }: { pulseMs: number; uid?: number | undefined },
): AgentChild {
  const script = `
    import { realClock } from ${modulePath('clock/real-clock.ts')};
    import { openGpio } from ${modulePath('gpio/open-gpio.ts')};
    const say = (outcome) => console.log(JSON.stringify(outcome));
    const gpio = openGpio({ driver: '${driver}', chip: '${label}', clock: realClock(), onEdge() {},
      lines: { outputs: [{ line: 'GPIO17', activeLow: false }], inputs: [] } });
    say(await gpio.open());
    say(await gpio.pulse(0, ${pulseMs}));
    setInterval(() => {}, 1000);`;
  const folder = mkdtempSync(join(tmpdir(), 'latchwork-gpio-'));
  const mark = `LATCHWORK_MARK=${folder}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: path, LATCHWORK_MARK: folder },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  child.once('exit', () => rmSync(folder, { recursive: true }));
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    lines: async (count) => {
      const lines: unknown[] = [];
      while (lines.length < count) {
        const { value: line, done } = await said.next();
        if (done) break;
        lines.push(JSON.parse(line));
      }
      return lines;
    },
    killAll: async () => {
      for (const pid of processesWith(mark)) process.kill(pid, 'SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Runs `agent cabinet low` for the pin. */
export async function cabinetLow({ driver, path, label }: Pin): Promise<{ status: unknown; said: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwork-gpio-'));
  const file = join(folder, 'cabinet.json');
  const pins = { name: 'pins', profile: 'gpio', driver, chip: label, channels: [{ output: 'GPIO17' }] };
  const slots = [{ number: 1, board: 'pins', channel: 1, size: 'S' }];
  writeFileSync(file, JSON.stringify({ lines: [], boards: [pins], slots }));
  const child = spawn(process.execPath, [join(agentFolder, 'main.ts'), 'cabinet', 'low', '--cabinet', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: path },
  });
  const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  rmSync(folder, { recursive: true });
  return { status, said: JSON.parse(said || '{}') };
}

/** Those that have this in their environment, which every process passes on to its children. */
function processesWith(mark: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
      } catch {
        return false;
      }
    });
}
