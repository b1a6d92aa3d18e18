/** Booking: holds slots for parcels, and gives them up. */
export type { BookingParts } from './booking-parts.ts';
export type { BookingView } from './booking-view.ts';
export { decideBooking } from './decide-booking.ts';
export { decideCancel, decideExpiry } from './decide-end.ts';
export { startExpirySweep, sweepExpired } from './expiry-sweep.ts';
export {
  type BookingOrder,
  forgetAnswers,
  makeBooking,
} from './make-booking.ts';
export { cancelBooking, ownedBooking } from './owned-booking.ts';
