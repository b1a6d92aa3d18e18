import { cellOfEntity, type EntityId, entityId, type LockerId } from '@latchwork/shared';
import type { BookingParts } from './booking-parts.ts';
import { decideExpiry } from './decide-end.ts';
import type { Logger } from './logger.ts';

/** How late a booking may be ended. */
const sweepIntervalMs = 15_000;
/** Bookings ended in one round; more wait for the next, which follows at once. */
const bookingsPerRound = 200;

/** Ends bookings whose package did not come in time, until stopped. */
export function startExpirySweep(parts: BookingParts, logger: Logger): { stop(): Promise<void> } {
  const { clock } = parts;
  let stopped = false;
  let cancel = () => {};
  let running = Promise.resolve();
  let troubled = false;
  const sweep = async () => {
    try {
      while (!stopped && (await sweepExpired(parts)) === bookingsPerRound);
      troubled = false;
    } catch (error) {
      if (!troubled) logger.error({ err: error }, 'expired bookings cannot be ended now');
      troubled = true;
    }
    if (!stopped)
      cancel = clock.after(sweepIntervalMs, () => {
        running = sweep();
      });
  };
  running = sweep();
  return {
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

/** One round. Resolves with how many were due. */
export async function sweepExpired(parts: BookingParts): Promise<number> {
  const due = await parts.db
    .selectFrom('booking')
    .innerJoin('package', 'package.package_id', 'booking.package_id')
    .where('booking.status', 'in', ['active', 'displaced'])
    .where('booking.expires_at', '<=', new Date(parts.clock.nowMs()))
    // What lies in a slot does not expire here, whatever its booking says.
    .where('package.status', '=', 'WAITING')
    .select(['booking.booking_id as bookingId', 'booking.locker_id as lockerId'])
    .orderBy('booking.expires_at')
    .limit(bookingsPerRound)
    .execute();
  for (const [lockerId, bookings] of Map.groupBy(due, (booking) => booking.lockerId))
    await expire(
      parts,
      lockerId,
      bookings.map(({ bookingId }) => bookingId),
    );
  return due.length;
}

/** What was delivered or cancelled since it was read is left alone by the decision. */
async function expire(parts: BookingParts, lockerId: LockerId, bookings: EntityId[]): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const wishes = bookings.map((bookingId) => ({
    bookingId,
    nowMs,
    notificationId: entityId(cellOfEntity(bookingId), parts.random.uuidv7(nowMs)),
  }));
  await parts.ledger.commit({ lockers: [lockerId] }, (books) => {
    const book = books.of(lockerId);
    if (book) for (const wish of wishes) decideExpiry(book, wish);
  });
}
