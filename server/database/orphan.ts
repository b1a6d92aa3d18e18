import path from 'node:path';
import { type Clock, pause } from '../clock.ts';
import { DatabaseError } from './database-error.ts';
import type { Logger } from './logger.ts';
import { runningPostgres } from './process-facts.ts';

/**
 * How hard a left-over PostgreSQL is told to end, and after how long. All three keep what was committed; the
 * second and third make the next start replay the log.
 */
const steps = [
  { afterMs: 0, signal: 'SIGINT' },
  { afterMs: 15_000, signal: 'SIGQUIT' },
  { afterMs: 25_000, signal: 'SIGKILL' },
] as const;
const giveUpAfterMs = 40_000;
const pollMs = 50;

/**
 * Waits until the cluster of a server that died is let go of. Its watcher ends it by itself; where that was
 * killed as well, the signals come from here. Throws `databaseInUse` when nothing helps.
 */
export async function endOrphan(options: {
  clusterFolder: string;
  logger: Logger;
  clock: Clock;
}): Promise<void> {
  const { clusterFolder, logger, clock } = options;
  const beganMs = clock.nowMs();
  let step = 0;
  for (;;) {
    const postgres = await runningPostgres(path.join(clusterFolder, 'data'));
    // Not even begun, or ended: the caller tries the lock again and comes back if that fails.
    if (postgres === undefined) return await pause(clock, pollMs);
    const waitedMs = clock.nowMs() - beganMs;
    if (waitedMs > giveUpAfterMs) throw stuck(clusterFolder, postgres.pid);
    const due = steps[step];
    if (due !== undefined && waitedMs >= due.afterMs) {
      logger.info({ pid: postgres.pid, signal: due.signal }, 'ending the PostgreSQL of a server that died');
      signalSafely(postgres.pid, due.signal);
      step += 1;
    }
    await pause(clock, pollMs);
  }
}

function signalSafely(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself in between, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function stuck(clusterFolder: string, pid: number): DatabaseError {
  return new DatabaseError(
    'databaseInUse',
    `The database in ${clusterFolder} is held by PostgreSQL process ${pid}, whose server died and which does ` +
      'not end, not even by SIGKILL. Look for a hanging disk; restart the machine if nothing else helps.',
  );
}
