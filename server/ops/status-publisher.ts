import { type LockerId, topicFor } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { BrokerLink, Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import { opsLimits } from './ops-limits.ts';
import { type LockerStatus, lockersAfter, readStatus } from './read-status.ts';
import { startRounds } from './rounds.ts';

export interface StatusPublisherOptions {
  db: Kysely<Tables>;
  link: BrokerLink;
  clock: Clock;
  logger: Logger;
}

export interface StatusPublisher {
  /** A locker's summary may have changed. */
  touch(locker: LockerId): void;
  stop(): Promise<void>;
}

/**
 * Publishes each locker's summary, retained, whenever it changed; and all of them once after the line to the broker
 * came up, since a broker may have lost what it retained.
 */
export function startStatusPublisher({ db, link, clock, logger }: StatusPublisherOptions): StatusPublisher {
  const touched = new Set<LockerId>();
  const published = new Map<LockerId, string>();
  /** Where the sweep over all lockers stands; undefined when it is done. */
  let sweptTo: LockerId | '' | undefined;

  const publish = async (status: LockerStatus): Promise<boolean> => {
    const text = JSON.stringify(status);
    if (published.get(status.locker) === text) return true;
    const payload = JSON.stringify({ ...status, at: clock.nowMs() });
    const topic = topicFor(status.locker, 'ops/status');
    if (!(await link.publish(topic, payload, { qos: 1, retain: true }))) return false;
    published.delete(status.locker);
    const oldest = published.keys().next();
    if (published.size >= opsLimits.lockersMax && !oldest.done) published.delete(oldest.value);
    published.set(status.locker, text);
    return true;
  };

  const nextLockers = async (): Promise<LockerId[]> => {
    const some = [...touched].slice(0, opsLimits.lockersPerRoundMax);
    if (some.length > 0 || sweptTo === undefined) return some;
    const swept = await lockersAfter(db, sweptTo, opsLimits.lockersPerRoundMax);
    sweptTo = swept.length < opsLimits.lockersPerRoundMax ? undefined : swept.at(-1);
    return swept;
  };

  const round = async (): Promise<boolean> => {
    // While the line is down nothing can be told; once it is up, everything is.
    if (!link.up) return false;
    const lockers = await nextLockers();
    for (const locker of lockers) touched.delete(locker);
    try {
      const statuses = await readStatus(db, lockers);
      const taken = await Promise.all(statuses.map(publish));
      for (const [index, { locker }] of statuses.entries()) if (!taken[index]) touched.add(locker);
      if (taken.includes(false)) return false;
    } catch (error) {
      for (const locker of lockers) touched.add(locker);
      throw error;
    }
    return touched.size > 0 || sweptTo !== undefined;
  };

  const { coalesceMs: delayMs, pollMs } = opsLimits;
  const what = 'Summaries of lockers cannot be published now';
  const rounds = startRounds({ round, delayMs, pollMs, clock, logger, what });
  const stopListening = link.onUp(() => {
    published.clear();
    sweptTo = '';
    rounds.wake();
  });
  return {
    touch(locker) {
      if (touched.size >= opsLimits.lockersMax) sweptTo ??= '';
      else touched.add(locker);
      rounds.wake();
    },
    async stop() {
      stopListening();
      await rounds.stop();
    },
  };
}
