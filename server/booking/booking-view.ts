import type { EntityId, SlotNumber, SlotSize, UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { BookingRow, LockerBook, PackageRow } from '../ledger/index.ts';
import { type LockerSite, siteColumns } from '../search/index.ts';

/** A booking as its owner sees it. Holds neither code nor address nor token. */
export interface BookingView {
  bookingId: EntityId;
  status: BookingRow['status'];
  size: SlotSize;
  /** A wish while the booking is active, a fact once delivered: then null where the parcel was found not to lie in its slot. */
  slot: SlotNumber | null;
  createdAt: UnixMs;
  expiresAt: UnixMs;
  locker: LockerSite;
  package: {
    packageId: EntityId;
    trackingId: string;
    status: PackageRow['status'];
    deliveredAt: UnixMs | null;
    pickedUpAt: UnixMs | null;
  };
}

/** From a book just decided on. Throws when the booking is not in it. */
export function viewFromBook(book: LockerBook, bookingId: EntityId, site: LockerSite): BookingView {
  const { lockerId, name, address, pincode, country, lat, long, timeZone } = site;
  const booking = book.booking(bookingId);
  const parcel = booking && book.package(booking.packageId);
  if (!parcel) throw new Error(`booking ${bookingId} is not in the book of ${book.lockerId}`);
  const { packageId, trackingId, status, deliveredAt, pickedUpAt } = parcel;
  return {
    bookingId,
    status: booking.status,
    size: booking.size,
    slot: parcel.status === 'DELIVERED' ? parcel.slot : (parcel.slot ?? booking.slot),
    createdAt: booking.createdAt,
    expiresAt: booking.expiresAt,
    locker: { lockerId, name, address, pincode, country, lat, long, timeZone },
    package: { packageId, trackingId, status, deliveredAt, pickedUpAt },
  };
}

/** As last committed. */
export async function readBooking(db: Kysely<Tables>, bookingId: EntityId): Promise<BookingView | undefined> {
  const row = await db
    .selectFrom('booking')
    .innerJoin('package', 'package.package_id', 'booking.package_id')
    .innerJoin('locker', 'locker.locker_id', 'booking.locker_id')
    .innerJoin('location', 'location.location_id', 'locker.location_id')
    .where('booking.booking_id', '=', bookingId)
    .select([
      'booking.status as bookingStatus',
      'booking.size as bookingSize',
      'booking.slot_id as bookingSlot',
      'package.slot_id as packageSlot',
      'booking.created_at as createdAt',
      'booking.expires_at as expiresAt',
      ...siteColumns,
      'package.package_id as packageId',
      'package.tracking_id as trackingId',
      'package.status as packageStatus',
      'package.delivered_at as deliveredAt',
      'package.picked_up_at as pickedUpAt',
    ])
    .executeTakeFirst();
  if (!row) return undefined;
  const { lockerId, name, address, pincode, country, lat, long, timeZone } = row;
  return {
    bookingId,
    status: row.bookingStatus,
    size: row.bookingSize,
    slot: slotNumberOf(
      row.packageStatus === 'DELIVERED' ? row.packageSlot : (row.packageSlot ?? row.bookingSlot),
    ),
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    locker: { lockerId, name, address, pincode, country, lat, long, timeZone },
    package: {
      packageId: row.packageId,
      trackingId: row.trackingId,
      status: row.packageStatus,
      deliveredAt: row.deliveredAt?.getTime() ?? null,
      pickedUpAt: row.pickedUpAt?.getTime() ?? null,
    },
  };
}

function slotNumberOf(slotId: string | null): SlotNumber | null {
  return slotId === null ? null : Number(slotId.slice(slotId.indexOf(':') + 1));
}
