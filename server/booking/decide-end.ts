import type { EntityId, UnixMs } from '@latchwork/shared';
import type { BookingRow, LockerBook, PackageRow } from '../ledger/index.ts';

export type EndDecision =
  | { ok: true }
  | { ok: false; reason: 'unknown booking' | 'already delivered' | 'booking is over' | 'not yet due' };

/** Ends a booking whose package never came, at its owner's word. Doing it twice is no error. */
export function decideCancel(
  book: LockerBook,
  wish: { bookingId: EntityId; notificationId: EntityId; nowMs: UnixMs },
): EndDecision {
  const found = find(book, wish.bookingId);
  if (!found) return { ok: false, reason: 'unknown booking' };
  if (found.booking.status === 'cancelled') return { ok: true };
  if (found.booking.status === 'expired') return { ok: false, reason: 'booking is over' };
  if (found.parcel.status !== 'WAITING') return { ok: false, reason: 'already delivered' };
  end(book, found, 'cancelled', wish);
  return { ok: true };
}

/** Ends a booking whose package did not come in time. */
export function decideExpiry(
  book: LockerBook,
  wish: { bookingId: EntityId; notificationId: EntityId; nowMs: UnixMs },
): EndDecision {
  const found = find(book, wish.bookingId);
  if (!found) return { ok: false, reason: 'unknown booking' };
  const { status } = found.booking;
  if (status !== 'active' && status !== 'displaced') return { ok: false, reason: 'booking is over' };
  if (found.booking.expiresAt > wish.nowMs) return { ok: false, reason: 'not yet due' };
  if (found.parcel.status !== 'WAITING') return { ok: false, reason: 'already delivered' };
  end(book, found, 'expired', wish);
  return { ok: true };
}

interface Found {
  booking: BookingRow;
  parcel: PackageRow;
}

function find(book: LockerBook, bookingId: EntityId): Found | undefined {
  const booking = book.booking(bookingId);
  const parcel = booking && book.package(booking.packageId);
  return parcel && { booking, parcel };
}

/** The slot is free again here at once; a locker out of reach learns of it with the tombstones. */
function end(
  book: LockerBook,
  { booking, parcel }: Found,
  status: 'cancelled' | 'expired',
  { notificationId, nowMs }: { notificationId: EntityId; nowMs: UnixMs },
): void {
  book.putBooking({ ...booking, status });
  book.putPackage({ ...parcel, status: status === 'cancelled' ? 'CANCELLED' : 'EXPIRED' });
  book.endPlanItem('booking', booking.bookingId);
  for (const grant of book.grants) {
    if (grant.bookingId !== booking.bookingId || grant.status !== 'live') continue;
    const rev = book.endPlanItem('grant', grant.grantId);
    book.putGrant({ ...grant, status: 'revoked', rev });
  }
  if (parcel.userId === null) return;
  book.notify({
    notificationId,
    kind: status,
    userId: parcel.userId,
    bookingId: booking.bookingId,
    createdAt: nowMs,
    waitsForRev: null,
  });
}
