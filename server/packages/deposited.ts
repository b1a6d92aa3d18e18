import { entityId, fitsInto, normaliseBarcode, type SlotNumber, slotSizes } from '@latchwork/shared';
import type { FactContext, FactHandler, FactOf } from '../events/index.ts';
import type { BookingRow, LockerBook, PackageRow } from '../ledger/index.ts';
import { changeSlot, isNewer, raise, whenOf } from './fact-tools.ts';
import { movePackage } from './package-states.ts';

type Deposited = FactOf<'package.deposited'>;

/**
 * A parcel lies in a slot. Normally it was booked; one that nobody announced becomes a package without a user. A
 * booking that is over does not change what lies there, but somebody has to look.
 */
export const packageDeposited: FactHandler<'package.deposited'> = (book, fact, context) => {
  if (!book.slot(fact.slot)) return { setAside: `this locker has no slot ${fact.slot}` };
  const booking = bookingOf(book, fact);
  const booked = booking && book.package(booking.packageId);
  // Heard late: what is known of the package is newer than this.
  if (booked && !isNewer(context.order, booked.last)) return undefined;
  const status = booked ? movePackage(booked.status, 'deposited') : null;
  const parcel = booked && status ? { ...booked, status } : unannounced(book, booked, fact, context);
  book.putPackage({
    ...parcel,
    slot: fact.slot,
    deliveredAt: whenOf(fact, context),
    last: context.order,
  });
  if (booking && status) fulfil(book, booking, fact, context);
  if (fact.booking && !booking) {
    const detail = `A parcel in slot ${fact.slot} was deposited for a booking that is not known here.`;
    raise(book, fact, context, { alarm: 'problem reported', detail, slot: fact.slot });
  }
  const misfit = changeSlot(book, fact, context, () => ({
    occupancy: 'occupied',
    packageId: parcel.packageId,
  }));
  displace(book, fact.slot);
  return misfit;
};

/** A locker that had not heard of the booking names none; then the label tells. */
function bookingOf(book: LockerBook, { booking, barcode }: Deposited): BookingRow | undefined {
  if (booking) return book.booking(booking);
  return book.bookings.find(({ status, packageId }) => {
    const label = book.package(packageId)?.trackingId;
    return isOpenBooking(status) && label !== undefined && normaliseBarcode(label) === barcode;
  });
}

function isOpenBooking(status: BookingRow['status']): boolean {
  return status === 'active' || status === 'displaced';
}

function unannounced(
  book: LockerBook,
  sibling: PackageRow | undefined,
  { barcode, size }: Deposited,
  { newId, receivedAtMs }: FactContext,
): PackageRow {
  return {
    packageId: entityId(book.locker.cell, newId()),
    userId: sibling?.userId ?? null,
    slot: null,
    trackingId: barcode,
    size,
    status: 'DELIVERED',
    createdAt: receivedAtMs,
    deliveredAt: null,
    pickedUpAt: null,
    last: { ordinal: 0, seq: 0 },
  };
}

/** The booking's wish is fulfilled, whichever slot it was, and its owner is told. */
function fulfil(book: LockerBook, booking: BookingRow, fact: Deposited, context: FactContext): void {
  if (!isOpenBooking(booking.status)) {
    const detail = `A parcel was put into slot ${fact.slot} for a booking that is ${booking.status}.`;
    raise(book, fact, context, { alarm: 'problem reported', detail, slot: fact.slot });
    return;
  }
  book.putBooking({ ...booking, status: 'fulfilled' });
  const userId = book.package(booking.packageId)?.userId;
  if (!userId) return;
  const { bookingId } = booking;
  const live = book.grants.find((grant) => grant.bookingId === bookingId && grant.status === 'live');
  book.notify({
    notificationId: entityId(book.locker.cell, context.newId()),
    kind: 'delivered',
    userId,
    bookingId,
    createdAt: context.receivedAtMs,
    // The message names the code, which must not be told before the locker knows it.
    waitsForRev: live?.rev ?? null,
  });
}

/** Another booking wished for the slot that is taken now: it gets the next best one, or waits for one. */
function displace(book: LockerBook, taken: SlotNumber): void {
  for (const booking of book.bookings) {
    if (booking.status !== 'active' || booking.slot !== taken) continue;
    const [best] = book
      .freeSlots()
      .filter(({ size }) => fitsInto(booking.size, size))
      .sort((a, b) => slotSizes.indexOf(a.size) - slotSizes.indexOf(b.size) || a.slot - b.slot);
    if (best) book.putBooking({ ...booking, slot: best.slot });
    else book.putBooking({ ...booking, slot: null, status: 'displaced' });
  }
}
