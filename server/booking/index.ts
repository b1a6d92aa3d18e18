/** Booking: holds slots for parcels, and gives them up. */
export type { BookingParts } from './booking-parts.ts';
export type { BookingView } from './booking-view.ts';
export { startExpirySweep, sweepExpired } from './expiry-sweep.ts';
export {
  type BookingAnswer,
  type BookingOrder,
  type BookingRefusal,
  forgetAnswers,
  makeBooking,
} from './make-booking.ts';
export { type Cancellation, cancelBooking, type OwnedBooking, ownedBooking } from './owned-booking.ts';
