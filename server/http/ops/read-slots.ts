import type { LockerId } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Tables } from '../../database/index.ts';
import { timeOf } from '../answers.ts';
import type { OpsLockerDetail, OpsSlot } from '../ops-schemas.ts';
import { shownDoor } from './shown-door.ts';

/** Every slot with what is configured, reported and booked, in the order of the doors. */
export async function readSlots(db: Kysely<Tables>, lockerId: LockerId): Promise<OpsSlot[]> {
  const rows = await db
    .selectFrom('locker_slot as slot')
    .innerJoin('occupancy as fact', 'fact.slot_id', 'slot.slot_id')
    .leftJoin('booking', (join) =>
      join.onRef('booking.slot_id', '=', 'slot.slot_id').on('booking.status', '=', 'active'),
    )
    .leftJoin('package as inside', 'inside.package_id', 'fact.package_id')
    .leftJoin('package as awaited', 'awaited.package_id', 'booking.package_id')
    .where('slot.locker_id', '=', lockerId)
    .orderBy('slot.slot_number')
    .select([
      'slot.slot_number as slot',
      'slot.size',
      'slot.status',
      'fact.faulty',
      'fact.fault_reason as faultReason',
      'fact.occupancy',
      'fact.opening',
      'fact.changed_at as changedAt',
      'booking.booking_id as bookingId',
      'booking.expires_at as expiresAt',
      'inside.package_id as insideId',
      'inside.tracking_id as insideTracking',
      'inside.status as insideStatus',
      'awaited.package_id as awaitedId',
      'awaited.tracking_id as awaitedTracking',
      'awaited.status as awaitedStatus',
    ])
    .select(shownDoor)
    .execute();
  return rows.map((row) => ({
    slot: row.slot,
    size: row.size,
    status: row.status,
    faulty: row.faulty,
    faultReason: row.faultReason,
    occupancy: row.occupancy,
    door: row.door,
    boardLost: row.boardLost,
    opening: row.opening?.purpose ?? null,
    changedAt: timeOf(row.changedAt.getTime()),
    booking:
      row.bookingId !== null && row.expiresAt !== null
        ? { bookingId: row.bookingId, expiresAt: timeOf(row.expiresAt.getTime()) }
        : null,
    package:
      packageOf(row.insideId, row.insideTracking, row.insideStatus) ??
      packageOf(row.awaitedId, row.awaitedTracking, row.awaitedStatus),
  }));
}

/** Where the journal of the current incarnation stands here. */
export async function readCursor(db: Kysely<Tables>, lockerId: LockerId): Promise<OpsLockerDetail['cursor']> {
  const cursor = await db
    .selectFrom('cursor')
    .where('locker_id', '=', lockerId)
    .where('fence', 'is', null)
    .orderBy('ordinal', 'desc')
    .select(['incarnation', 'ordinal', 'next_seq as nextSeq'])
    .executeTakeFirst();
  return cursor ?? null;
}

function packageOf(
  packageId: string | null,
  trackingId: string | null,
  status: string | null,
): OpsSlot['package'] {
  return packageId !== null && trackingId !== null && status !== null
    ? { packageId, trackingId, status }
    : null;
}
