import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (`man proc_pid_stat`, `getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** Processor seconds that a process has used, in all its threads; 0 for one that is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** Those of PostgreSQL's processes that serve a connection to this database. */
export function cpuSecondsOfDatabase(name: string): number {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && titleOf(entry).includes(name))
    .filter((entry) => titleOf(entry).startsWith('postgres:'))
    .reduce((sum, pid) => sum + cpuSeconds(Number(pid)), 0);
}

function titleOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
