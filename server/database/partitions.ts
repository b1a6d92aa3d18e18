import type { ClientBase, Pool } from 'pg';
import { inTransaction } from './transaction.ts';

/** The tables that are partitioned by month, and the time by which. */
const partitioned = [
  { table: 'locker_event_log', by: 'received_at' },
  { table: 'notification_event', by: 'created_at' },
] as const;

/** Last month's too, for rows that were under way when it ended; two ahead, for a job that fails for weeks. */
const monthsBack = 1;
const monthsAhead = 2;
/** Whoever waits behind us for a table waits no longer than this. */
const lockTimeoutMs = 5_000;
/** "partitns" in ASCII, in decimal for PostgreSQL 15: programs that start at once take turns. */
const advisoryLock = '8097879449299873395';

interface Month {
  /** `2025_03`. */
  name: string;
  fromIso: string;
  toIso: string;
}

/**
 * Makes the partitions of last, this and the next two months (UTC) where they are missing, and resolves with
 * the names of those it made. Rows that found no partition of their month are moved into it. To be called at
 * start and daily; a failure loses nothing, since the default partitions take what has no other place.
 */
export async function ensurePartitions(pool: Pool, nowMs: number): Promise<string[]> {
  const made: string[] = [];
  for (const { table, by } of partitioned)
    for (const month of monthsAround(nowMs)) {
      const name = `${table}_${month.name}`;
      const isMade = await inTransaction(pool, (client) =>
        ensurePartition(client, { table, by, name, month }),
      );
      if (isMade) made.push(name);
    }
  return made;
}

function monthsAround(nowMs: number): Month[] {
  const now = new Date(nowMs);
  const startOf = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset));
  return Array.from({ length: monthsBack + 1 + monthsAhead }, (_, index) => {
    const from = startOf(index - monthsBack).toISOString();
    const to = startOf(index - monthsBack + 1).toISOString();
    return { name: from.slice(0, 7).replace('-', '_'), fromIso: from, toIso: to };
  });
}

async function ensurePartition(
  client: ClientBase,
  { table, by, name, month }: { table: string; by: string; name: string; month: Month },
): Promise<boolean> {
  await client.query(
    `SET LOCAL lock_timeout = ${lockTimeoutMs}; SELECT pg_advisory_xact_lock(${advisoryLock})`,
  );
  const found = await client.query(
    'SELECT FROM pg_inherits WHERE inhparent = $1::regclass AND inhrelid = to_regclass($2)',
    [table, name],
  );
  if (found.rowCount !== 0) return false;
  // With the default partition held, no row of this month can arrive there between the move and the attaching.
  await client.query(`LOCK TABLE ${table}_default IN ACCESS EXCLUSIVE MODE`);
  await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await client.query(
    `WITH moved AS (DELETE FROM ${table}_default WHERE ${by} >= $1 AND ${by} < $2 RETURNING *)
     INSERT INTO ${name} SELECT * FROM moved`,
    [month.fromIso, month.toIso],
  );
  await client.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${month.fromIso}') TO ('${month.toIso}')`,
  );
  return true;
}
