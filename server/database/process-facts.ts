import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

/** A process that no later process with the same number can be mistaken for. */
export interface ProcessMark {
  pid: number;
  /** Clock ticks from the machine's start to the process's, field 22 of /proc/PID/stat (proc(5)). */
  startTicks: string;
}

/** Undefined when there is no such process, or it is dead and only waits to be reaped. */
export async function processMark(pid: number): Promise<ProcessMark | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (line === undefined) return undefined;
  // The second field is the program's name in brackets, which may itself hold blanks and brackets.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === 'Z' || startTicks === undefined ? undefined : { pid, startTicks };
}

export async function isAlive({ pid, startTicks }: ProcessMark): Promise<boolean> {
  return (await processMark(pid))?.startTicks === startTicks;
}

export function markToText({ pid, startTicks }: ProcessMark): string {
  return `${pid} ${startTicks}`;
}

export function markFromText(text: string): ProcessMark | undefined {
  const [, pid, startTicks] = /^(\d+) (\d+)\s*$/.exec(text) ?? [];
  return pid === undefined || startTicks === undefined ? undefined : { pid: Number(pid), startTicks };
}

/** The PostgreSQL that works on this data now: `postmaster.pid` may be stale, so the process is asked too. */
export async function runningPostgres(dataFolder: string): Promise<RunningPostgres | undefined> {
  const text = await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  // One fact a line; src/include/utils/pidfile.h lists them.
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const workFolder = await realpath(`/proc/${pid}/cwd`).catch(() => undefined);
  if (workFolder === undefined || workFolder !== (await realpath(dataFolder))) return undefined;
  return { pid, socketFolder: lines[4] ?? '', isReady: lines[7] === 'ready' };
}

export interface RunningPostgres {
  pid: number;
  socketFolder: string;
  isReady: boolean;
}
