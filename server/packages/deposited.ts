import { entityId, normaliseBarcode, type SlotNumber } from '@latchwork/shared';
import type { FactContext, FactHandler, FactOf } from '../events/index.ts';
import type { BookingRow, GrantRow, LockerBook, PackageRow } from '../ledger/index.ts';
import { displace, putBookingItem } from './displace.ts';
import { changeSlot, isNewer, raise, whenOf } from './fact-tools.ts';
import { parcelMissed } from './missed.ts';
import { movePackage } from './package-states.ts';

type Deposited = FactOf<'package.deposited'>;

/**
 * A parcel lies in a slot. Normally it was booked; one that nobody announced becomes a package without a user. A
 * booking that ended before this was heard of comes back, since a locker cut off went on with the plan that it had.
 */
export const packageDeposited: FactHandler<'package.deposited'> = (book, fact, context) => {
  const slot = book.slot(fact.slot);
  if (!slot) return { setAside: `this locker has no slot ${fact.slot}` };
  const booking = bookingOf(book, fact);
  const booked = booking && book.package(booking.packageId);
  // Heard late: what is known of the package is newer than this.
  if (booked && !isNewer(context.order, booked.last)) return undefined;
  const status = booked ? movePackage(booked, 'deposited') : null;
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
  if (slot.packageId !== parcel.packageId) {
    const words = `A parcel was put into slot ${fact.slot}, where another one should lie.`;
    parcelMissed(book, fact, context, { slot, words });
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
  const { bookingId } = booking;
  const isOver = booking.status === 'expired' || booking.status === 'cancelled';
  const grantRev = isOver ? revive(book, booking, fact.slot) : liveGrant(book, bookingId)?.rev;
  if (isOver && grantRev === undefined) {
    const detail = `A parcel lies in slot ${fact.slot} for a booking that was ${booking.status}, and no code opens it.`;
    raise(book, fact, context, { alarm: 'problem reported', detail, slot: fact.slot });
  }
  book.putBooking({ ...booking, status: 'fulfilled' });
  const userId = book.package(booking.packageId)?.userId;
  if (!userId) return;
  book.notify({
    notificationId: entityId(book.locker.cell, context.newId()),
    kind: 'delivered',
    userId,
    bookingId,
    createdAt: context.receivedAtMs,
    // The message names the code, which must not be told before the locker knows it.
    waitsForRev: grantRev ?? null,
  });
}

function liveGrant(book: LockerBook, bookingId: BookingRow['bookingId']): GrantRow | undefined {
  return book.grants.find((grant) => grant.bookingId === bookingId && grant.status === 'live');
}

/**
 * Puts what the end of a booking took out of the plan back into it. Returns the plan's revision that carries the grant
 * again, or undefined where another live grant has its code by now: the odds are below one in 100,000.
 */
function revive(book: LockerBook, booking: BookingRow, slot: SlotNumber): number | undefined {
  const { bookingId } = booking;
  putBookingItem(book, booking, slot);
  const [latest] = book.grants
    .filter((grant) => grant.bookingId === bookingId && grant.status === 'revoked')
    .sort((a, b) => b.rev - a.rev);
  if (!latest) return undefined;
  const { grantId, codeHash } = latest;
  if (book.grants.some((grant) => grant.status === 'live' && grant.codeHash === codeHash)) return undefined;
  const rev = book.putPlanItem('grant', grantId, {
    booking: bookingId,
    codeHash,
    expiresAt: latest.expiresAt,
  });
  book.putGrant({ ...latest, status: 'live', rev });
  return rev;
}
