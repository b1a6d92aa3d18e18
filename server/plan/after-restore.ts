import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../database/index.ts';
import { nextEpoch } from './next-epoch.ts';

/**
 * Starts a new epoch of every locker's plan when the database lies in another PostgreSQL, or on another timeline, than
 * when a server last opened it: then it was restored, and lockers may know its revisions with other contents. Resolves
 * with how many plans that was. Rejects as the database does.
 */
export function startEpochsAfterRestore(pool: Pool, nowMs: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    const now = await originOf(client);
    const { rows } = await client.query<Origin>(
      'SELECT system_id, timeline FROM database_origin WHERE one = 1 FOR UPDATE',
    );
    const [before] = rows;
    if (before?.system_id === now.system_id && before.timeline === now.timeline) return 0;
    await client.query(
      `INSERT INTO database_origin (one, system_id, timeline) VALUES (1, $1, $2)
        ON CONFLICT (one) DO UPDATE SET system_id = excluded.system_id, timeline = excluded.timeline`,
      [now.system_id, now.timeline],
    );
    // Nothing to compare with yet: a database that this program sees for the first time.
    return before ? startEpochs(client, nowMs) : 0;
  });
}

interface Origin {
  system_id: string;
  timeline: number;
}

async function originOf(client: ClientBase): Promise<Origin> {
  const { rows } = await client.query<Origin>(
    `SELECT s.system_identifier::text AS system_id, c.timeline_id AS timeline
      FROM pg_control_system() s, pg_control_checkpoint() c`,
  );
  const [origin] = rows;
  if (!origin) throw new Error('PostgreSQL does not say which one it is');
  return origin;
}

async function startEpochs(client: ClientBase, nowMs: number): Promise<number> {
  const { rows } = await client.query<{ highest: number }>(
    'SELECT coalesce(max(server_epoch), 0) AS highest FROM plan_head',
  );
  const epoch = nextEpoch(nowMs, rows[0]?.highest ?? 0);
  const { rowCount } = await client.query('UPDATE plan_head SET server_epoch = $1', [epoch]);
  return rowCount ?? 0;
}
