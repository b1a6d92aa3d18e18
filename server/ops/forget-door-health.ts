import type { UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';

/** Deletes what doors did on days before one in UTC. The log keeps the facts. Rejects when the database is away. */
export async function forgetDoorHealth(db: Kysely<Tables>, beforeMs: UnixMs): Promise<void> {
  const day = new Date(beforeMs).toISOString().slice(0, 10);
  await db.deleteFrom('door_health').where('day', '<', day).execute();
}
