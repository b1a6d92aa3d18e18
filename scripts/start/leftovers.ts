import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** Processes that a start left behind, known well enough that no stranger who got the same pid is ended. */
const Leftover = z.strictObject({
  name: z.string(),
  pid: z.int().min(2),
  startTime: z.string(),
  folder: z.string(),
});
type Leftover = z.infer<typeof Leftover>;

export interface Leftovers {
  note(name: string, pid: number): void;
  forget(pid: number): void;
}

/** Ends what an earlier start of this folder left running, then keeps the list of what runs now in `file`. */
export async function takeOver(
  file: string,
  folder: string,
  say: (line: string) => void,
): Promise<Leftovers> {
  for (const leftover of read(file)) {
    if (leftover.folder !== folder || startTimeOf(leftover.pid) !== leftover.startTime) continue;
    say(`ending ${leftover.name} (process ${leftover.pid}), left over from an earlier start`);
    await endProcess(leftover);
  }
  rmSync(file, { force: true });
  const running = new Map<number, Leftover>();
  const write = () =>
    writeFileSync(file, `${JSON.stringify([...running.values()], null, 2)}\n`, { mode: 0o600 });
  return {
    note(name, pid) {
      running.set(pid, { name, pid, startTime: startTimeOf(pid) ?? '', folder });
      write();
    },
    forget(pid) {
      running.delete(pid);
      write();
    },
  };
}

const endWithinMs = 15_000;
const lookEachMs = 50;

async function endProcess({ pid, startTime }: Leftover): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waitedMs = 0; waitedMs < endWithinMs; waitedMs += lookEachMs) {
      if (startTimeOf(pid) !== startTime) return;
      await new Promise((resolve) => setTimeout(resolve, lookEachMs));
    }
  }
}

function read(file: string): Leftover[] {
  if (!existsSync(file)) return [];
  try {
    return z.array(Leftover).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Cut off while it was written: nothing in it can be trusted enough to end a process.
    return [];
  }
}

/** Field 22 of /proc/PID/stat: clock ticks since boot; undefined for a process that is gone (or is not more than a name). */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
