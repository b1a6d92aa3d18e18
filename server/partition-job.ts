import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { ensurePartitions } from './database/index.ts';

/** Partitions are made two months ahead, so a day's failures cost nothing. */
const intervalMs = 24 * 60 * 60_000;

/** Makes the partitions of the months to come, every day. */
export function startPartitionJob(parts: { pool: Pool; clock: Clock; logger: Logger }): {
  stop(): Promise<void>;
} {
  const { pool, clock, logger } = parts;
  let working = Promise.resolve();
  let stopped = false;
  const work = async () => {
    await ensurePartitions(pool, clock.nowMs()).then(
      (made) => made.length > 0 && logger.info({ made }, 'made partitions'),
      (error: unknown) => logger.error({ err: error }, 'partitions could not be made; tried again tomorrow'),
    );
    if (!stopped) wait();
  };
  let cancel = () => {};
  const wait = () => {
    cancel = clock.after(intervalMs, () => {
      working = work();
    });
  };
  wait();
  return {
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
