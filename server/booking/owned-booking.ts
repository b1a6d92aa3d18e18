import { cellOfEntity, type EntityId, entityId, sameSecret } from '@latchwork/shared';
import type { BookingParts } from './booking-parts.ts';
import { type BookingView, readBooking } from './booking-view.ts';
import { decideCancel } from './decide-end.ts';
import { tokenHash } from './token.ts';

export type OwnedBooking = { ok: true; booking: BookingView } | { ok: false; reason: 'unknown booking' };
export type Cancellation =
  | OwnedBooking
  | { ok: false; reason: 'already delivered' | 'booking is over' | 'unknown booking' };

/** Whoever has not the booking's token is told what a stranger is told: that it is unknown. */
export async function ownedBooking(
  parts: Pick<BookingParts, 'db'>,
  bookingId: EntityId,
  token: string,
): Promise<OwnedBooking> {
  const row = await parts.db
    .selectFrom('booking')
    .select('token_hash')
    .where('booking_id', '=', bookingId)
    .executeTakeFirst();
  if (!sameSecret(row?.token_hash ?? tokenHash(''), tokenHash(token)) || !row)
    return { ok: false, reason: 'unknown booking' };
  const booking = await readBooking(parts.db, bookingId);
  return booking ? { ok: true, booking } : { ok: false, reason: 'unknown booking' };
}

/** Gives the slot up while the package is still on its way. Doing it twice is no error. */
export async function cancelBooking(
  parts: BookingParts,
  bookingId: EntityId,
  token: string,
): Promise<Cancellation> {
  const owned = await ownedBooking(parts, bookingId, token);
  if (!owned.ok) return owned;
  const { lockerId } = owned.booking.locker;
  const nowMs = parts.clock.nowMs();
  const notificationId = entityId(cellOfEntity(bookingId), parts.random.uuidv7(nowMs));
  const decision = await parts.ledger.commit({ lockers: [lockerId], bookings: [bookingId] }, (books) => {
    const book = books.of(lockerId);
    return book
      ? decideCancel(book, { bookingId, notificationId, nowMs })
      : ({ ok: false, reason: 'unknown booking' } as const);
  });
  if (decision.ok) return ownedBooking(parts, bookingId, token);
  if (decision.reason === 'not yet due') throw new Error('a cancellation waits for no time');
  return { ok: false, reason: decision.reason };
}
