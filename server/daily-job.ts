import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { forgetClaims } from './access/index.ts';
import { forgetAnswers } from './booking/index.ts';
import type { Clock } from './clock.ts';
import { ensurePartitions, type Tables } from './database/index.ts';
import { forgetDoorHealth } from './ops/index.ts';

/** Partitions are made two months ahead, so a day's failures cost nothing. */
const intervalMs = 24 * 60 * 60_000;
/** How long a repeated request, or a claim, is told what became of the first. */
const keptMs = 30 * 24 * 60 * 60_000;
/** How doors did: a year, and the month to hold against the same one of last year. */
const doorHealthKeptMs = 400 * 24 * 60 * 60_000;

/** Makes the partitions of the months to come and drops what nobody asks for any more, at start and every day. */
export function startDailyJob(parts: { db: Kysely<Tables>; pool: Pool; clock: Clock; logger: Logger }): {
  stop(): Promise<void>;
} {
  const { db, pool, clock, logger } = parts;
  let stopped = false;
  let cancel = () => {};
  const work = async () => {
    const nowMs = clock.nowMs();
    try {
      await ensurePartitions(pool, nowMs);
      await forgetAnswers(db, nowMs - keptMs);
      await forgetClaims(db, nowMs - keptMs);
      await forgetDoorHealth(db, nowMs - doorHealthKeptMs);
    } catch (error) {
      logger.error({ err: error }, 'the daily work could not be done; it is tried again tomorrow');
    }
    if (!stopped)
      cancel = clock.after(intervalMs, () => {
        working = work();
      });
  };
  let working = work();
  return {
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
