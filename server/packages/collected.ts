import { entityId } from '@latchwork/shared';
import type { FactContext, FactHandler } from '../events/index.ts';
import type { BookingRow, LockerBook, PackageRow } from '../ledger/index.ts';
import { changeSlot, isNewer, whenOf } from './fact-tools.ts';
import { movePackage } from './package-states.ts';

/**
 * A parcel left its slot: by its recipient, or by a courier who takes it back. What let it be opened is spent, and the
 * locker need not know of it any longer.
 */
export const packageCollected: FactHandler<'package.collected'> = (book, fact, context) => {
  const slot = book.slot(fact.slot);
  if (!slot) return { setAside: `this locker has no slot ${fact.slot}` };
  const booking = fact.booking ? book.booking(fact.booking) : undefined;
  // Heard late, the slot may hold another parcel by now.
  const inSlot = isNewer(context.order, slot.last) ? slot.packageId : null;
  const packageId = inSlot ?? booking?.packageId;
  const parcel = packageId && book.package(packageId);
  const opening = slot.opening?.authorisation === fact.authorisation ? slot.opening : null;
  const move = opening?.allowedBy.means === 'courier badge' ? 'returned' : 'collected';
  const status = parcel && isNewer(context.order, parcel.last) ? movePackage(parcel, move) : null;
  if (parcel && status) {
    const pickedUpAt = move === 'collected' ? whenOf(fact, context) : null;
    book.putPackage({ ...parcel, status, pickedUpAt, last: context.order });
    const own = book.bookings.find(({ packageId }) => packageId === parcel.packageId) ?? booking;
    if (own) endBooking(book, own, parcel, { move, context });
  }
  return changeSlot(book, fact, context, () => ({ occupancy: 'reopenable', packageId: null }));
};

export const grantRedeemed: FactHandler<'grant.redeemed'> = (book, fact) => {
  const grant = book.grants.find(({ grantId }) => grantId === fact.grant);
  if (grant?.status === 'live') book.putGrant({ ...grant, status: 'redeemed' });
  return undefined;
};

function endBooking(
  book: LockerBook,
  booking: BookingRow,
  { userId }: PackageRow,
  { move, context }: { move: 'collected' | 'returned'; context: FactContext },
): void {
  const { bookingId } = booking;
  if (booking.status === 'active' || booking.status === 'displaced')
    book.putBooking({ ...booking, status: 'fulfilled' });
  book.endPlanItem('booking', bookingId);
  for (const grant of book.grants) {
    if (grant.bookingId !== bookingId || grant.status === 'revoked') continue;
    const rev = book.endPlanItem('grant', grant.grantId);
    const spent = move === 'collected' || grant.status === 'redeemed';
    book.putGrant({ ...grant, status: spent ? 'redeemed' : 'revoked', rev });
  }
  if (move === 'returned' || !userId) return;
  supersedeDelivered(book, bookingId);
  book.notify({
    notificationId: entityId(book.locker.cell, context.newId()),
    kind: 'pickedUp',
    userId,
    bookingId,
    createdAt: context.receivedAtMs,
    waitsForRev: null,
  });
}

/** A locker that was cut off tells of deposit and collection at once; nobody is called to a slot that is empty again. */
function supersedeDelivered(book: LockerBook, bookingId: string): void {
  const { notifications } = book.changes;
  for (const [index, row] of notifications.entries())
    if (row.kind === 'delivered' && row.bookingId === bookingId)
      notifications[index] = { ...row, superseded: true };
}
