import type { LockerId, OpsStatus } from '@latchwork/shared';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';

/** A summary without the time at which it is written. */
export type LockerStatus = Omit<OpsStatus, 'at'>;

/** How these lockers stand. One that never spoke has no standing yet and is left out. */
export async function readStatus(db: Kysely<Tables>, lockers: readonly LockerId[]): Promise<LockerStatus[]> {
  if (lockers.length === 0) return [];
  const rows = await db
    .selectFrom('locker')
    .innerJoin('presence', 'presence.locker_id', 'locker.locker_id')
    .leftJoin('locker_slot', 'locker_slot.locker_id', 'locker.locker_id')
    .leftJoin('occupancy', 'occupancy.slot_id', 'locker_slot.slot_id')
    .where('locker.locker_id', 'in', lockers)
    .groupBy(['locker.locker_id', 'presence.locker_id'])
    .select([
      'locker.locker_id',
      'locker.num_slots',
      'locker.free_slots',
      'locker.last_synced_at',
      'presence.online',
      'presence.since',
      countWhere(sql`occupancy.occupancy = 'occupied'`).as('occupied'),
      countWhere(sql`occupancy.occupancy = 'unsettled'`).as('unsettled'),
      countWhere(sql`locker_slot.status = 'blocked' OR occupancy.faulty`).as('out_of_service'),
    ])
    .execute();
  return rows.map((row) => ({
    v: 1,
    locker: row.locker_id,
    online: row.online,
    since: row.since.getTime(),
    lastSyncedAt: row.last_synced_at?.getTime() ?? null,
    slots: {
      total: row.num_slots,
      free: row.free_slots,
      occupied: row.occupied,
      unsettled: row.unsettled,
      outOfService: row.out_of_service,
    },
  }));
}

/** The ids of at most `limit` lockers after one, in order. */
export async function lockersAfter(
  db: Kysely<Tables>,
  after: LockerId | '',
  limit: number,
): Promise<LockerId[]> {
  const rows = await db
    .selectFrom('presence')
    .select('locker_id')
    .where('locker_id', '>', after)
    .orderBy('locker_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.locker_id);
}

function countWhere(condition: ReturnType<typeof sql>) {
  return sql<number>`(count(*) FILTER (WHERE ${condition}))::integer`;
}
