import { fitsInto, type SlotNumber, slotSizes } from '@latchwork/shared';
import type { BookingRow, LockerBook } from '../ledger/index.ts';

/** Another booking wished for the slot that is taken now: it gets the next best one, or waits for one. */
export function displace(book: LockerBook, taken: SlotNumber): void {
  for (const booking of book.bookings) {
    if (booking.status !== 'active' || booking.slot !== taken) continue;
    const [best] = book
      .freeSlots()
      .filter(({ size }) => fitsInto(booking.size, size))
      .sort((a, b) => slotSizes.indexOf(a.size) - slotSizes.indexOf(b.size) || a.slot - b.slot);
    if (best) {
      book.putBooking({ ...booking, slot: best.slot });
      putBookingItem(book, booking, best.slot);
    } else book.putBooking({ ...booking, slot: null, status: 'displaced' });
  }
}

/** Tells the locker where a booking's parcel is meant to lie. */
export function putBookingItem(book: LockerBook, booking: BookingRow, slot: SlotNumber): void {
  const { bookingId, packageId, size, expiresAt } = booking;
  const parcel = book.package(packageId);
  if (!parcel) return;
  book.putPlanItem('booking', bookingId, { slot, size, barcodes: [parcel.trackingId], expiresAt });
}
