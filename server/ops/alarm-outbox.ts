import type { OpsAlarm, UnixMs } from '@latchwork/shared';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/index.ts';
import { toAlarm } from '../ledger/index.ts';

export interface AlarmRound {
  /** Taken by the broker, and marked so. */
  published: number;
  /** Whether more may wait: the round was full, or the broker took no more. */
  full: boolean;
}

/**
 * Publishes alarms that were not published before, the oldest first, at most `limit`. Processes share the work, since
 * what one holds the others skip. An alarm that the broker took but whose mark was lost is published again under the
 * same id. Rejects when the database is away.
 */
export function publishAlarms(
  db: Kysely<Tables>,
  publish: (alarm: OpsAlarm) => Promise<boolean>,
  { limit, nowMs }: { limit: number; nowMs: UnixMs },
): Promise<AlarmRound> {
  return db.transaction().execute(async (transaction) => {
    const alarms = await hold(transaction, limit);
    const outcomes = await Promise.all(alarms.map((alarm) => publish(alarm)));
    const taken = alarms.filter((_, index) => outcomes[index]).map(({ id }) => id);
    if (taken.length > 0)
      await transaction
        .updateTable('alarm')
        .set({ published_at: new Date(nowMs) })
        .where('alarm_id', 'in', taken)
        .execute();
    return { published: taken.length, full: alarms.length === limit && taken.length === limit };
  });
}

async function hold(transaction: Transaction<Tables>, limit: number): Promise<OpsAlarm[]> {
  const rows = await transaction
    .selectFrom('alarm')
    .select(['alarm_id', 'locker_id', 'slot_number', 'alarm', 'at', 'detail'])
    .where('published_at', 'is', null)
    .orderBy('at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(toAlarm);
}
