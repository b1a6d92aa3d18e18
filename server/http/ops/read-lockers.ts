import type { LockerId } from '@latchwork/shared';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/index.ts';
import { timeOrNull } from '../answers.ts';
import type { OpsLocker } from '../ops-schemas.ts';

/** Lockers shown at most; more need a search of their own. */
const lockersMax = 1_000;

/** Every locker (or those given) with its presence, its slots counted, and how far its plan is confirmed. */
export async function readLockers(db: Kysely<Tables>, only?: readonly LockerId[]): Promise<OpsLocker[]> {
  let query = db
    .selectFrom('locker')
    .innerJoin('location', 'location.location_id', 'locker.location_id')
    .innerJoin('plan_head as head', 'head.locker_id', 'locker.locker_id')
    .leftJoin('presence', 'presence.locker_id', 'locker.locker_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('locker_slot as slot')
          .innerJoin('occupancy as fact', 'fact.slot_id', 'slot.slot_id')
          .whereRef('slot.locker_id', '=', 'locker.locker_id')
          .select([
            sql<number>`count(*)`.as('total'),
            sql<number>`count(*) filter (where fact.occupancy = 'occupied')`.as('occupied'),
            sql<number>`count(*) filter (where fact.occupancy = 'unsettled')`.as('unsettled'),
            sql<number>`count(*) filter (where fact.faulty or slot.status <> 'inService')`.as('outOfService'),
          ])
          .as('slots'),
      (join) => join.onTrue(),
    )
    .select([
      'locker.locker_id as lockerId',
      'locker.cell',
      'locker.country',
      'locker.name',
      'location.address',
      'location.pincode',
      'locker.status',
      'locker.free_slots as free',
      'locker.last_synced_at as lastSyncedAt',
      'presence.online',
      'presence.since',
      'presence.last_heard_at as lastHeardAt',
      'presence.confirmed_epoch as confirmedEpoch',
      'presence.confirmed_rev as confirmedRev',
      'presence.digests_agree as digestsAgree',
      'head.server_epoch as serverEpoch',
      'head.rev',
      'slots.total',
      'slots.occupied',
      'slots.unsettled',
      'slots.outOfService',
    ])
    .orderBy('locker.locker_id')
    .limit(lockersMax);
  if (only) query = query.where('locker.locker_id', 'in', [...only]);
  return (await query.execute()).map(toLocker);
}

type Row = Omit<OpsLocker, 'online' | 'onlineSince' | 'lastHeardAt' | 'lastSyncedAt' | 'slots' | 'plan'> & {
  free: number;
  lastSyncedAt: Date | null;
  online: boolean | null;
  since: Date | null;
  lastHeardAt: Date | null;
  confirmedEpoch: number | null;
  confirmedRev: number | null;
  digestsAgree: boolean | null;
  serverEpoch: number;
  rev: number;
  total: number | null;
  occupied: number | null;
  unsettled: number | null;
  outOfService: number | null;
};

function toLocker(row: Row): OpsLocker {
  const { lockerId, cell, country, name, address, pincode, status, serverEpoch, rev } = row;
  const time = (date: Date | null) => timeOrNull(date?.getTime() ?? null);
  return {
    ...{ lockerId, cell, country, name, address, pincode, status },
    online: row.online ?? false,
    onlineSince: time(row.since),
    lastHeardAt: time(row.lastHeardAt),
    lastSyncedAt: time(row.lastSyncedAt),
    slots: {
      total: row.total ?? 0,
      free: row.free,
      occupied: row.occupied ?? 0,
      unsettled: row.unsettled ?? 0,
      outOfService: row.outOfService ?? 0,
    },
    plan: {
      serverEpoch,
      rev,
      confirmedEpoch: row.confirmedEpoch ?? 0,
      confirmedRev: row.confirmedRev ?? 0,
      digestsAgree: row.digestsAgree ?? false,
    },
  };
}
