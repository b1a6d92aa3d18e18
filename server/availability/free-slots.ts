import { fitsInto, type LockerId, type SlotSize, slotSizes } from '@latchwork/shared';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';

export type PerSize = Record<SlotSize, number>;

/** Free slots of one locker. */
export interface FreeSlots {
  /** Of exactly this size. */
  free: PerSize;
  /** That take a parcel of this size: its own and every larger one. */
  fitting: PerSize;
}

/**
 * Free slots per size as committed just now: in service, empty, settled, not reopenable and unbooked. A locker
 * that is unknown or not in service is left out.
 */
export async function freeSlotsOf(
  db: Kysely<Tables>,
  lockers: readonly LockerId[],
): Promise<Map<LockerId, FreeSlots>> {
  const counts = await db
    .selectFrom('locker')
    .innerJoin('locker_slot as slot', 'slot.locker_id', 'locker.locker_id')
    .innerJoin('occupancy as fact', 'fact.slot_id', 'slot.slot_id')
    .leftJoin('booking', (join) =>
      join.onRef('booking.slot_id', '=', 'slot.slot_id').on('booking.status', '=', 'active'),
    )
    .where('locker.locker_id', 'in', [...lockers])
    .where('locker.status', '=', 'active')
    .select([
      'locker.locker_id as lockerId',
      'slot.size',
      sql<number>`count(*) filter (where slot.status = 'inService' and not fact.faulty
        and fact.occupancy = 'empty' and fact.opening is null and booking.booking_id is null)`.as('count'),
    ])
    .groupBy(['locker.locker_id', 'slot.size'])
    .execute();
  const result = new Map<LockerId, FreeSlots>();
  for (const { lockerId, size, count } of counts) {
    const slots = result.get(lockerId) ?? noFreeSlots();
    slots.free[size] = count;
    for (const parcel of slotSizes) if (fitsInto(parcel, size)) slots.fitting[parcel] += count;
    result.set(lockerId, slots);
  }
  return result;
}

export function noFreeSlots(): FreeSlots {
  return { free: { S: 0, M: 0, L: 0 }, fitting: { S: 0, M: 0, L: 0 } };
}
