import { createHash } from 'node:crypto';
import {
  cellOfLocker,
  deriveLockerKeys,
  type EntityId,
  entityId,
  type LockerId,
  type SlotSize,
  uuidAt,
  uuidBase,
} from '@latchwork/shared';
import type { LedgerBooks } from '../ledger/index.ts';
import { findLocker, findLockers, type LockerSite, type Place } from '../search/index.ts';
import type { BookingParts } from './booking-parts.ts';
import { type BookingView, viewFromBook } from './booking-view.ts';
import { type BookingWish, decideBooking } from './decide-booking.ts';
import { findRecipient, knowRecipient } from './recipient.ts';
import { tokenHash } from './token.ts';
import { isTracked, mintTrackingId } from './tracking-id.ts';

export interface BookingOrder {
  /** This locker, or the nearest one to a place that has room. */
  where: { lockerId: LockerId } | Place;
  size: SlotSize;
  email: string;
  /** Normalised; minted where none is given. */
  trackingId?: string | undefined;
  expiresInHours: number;
  /** The same key from the same recipient means the same request, which is answered as before. */
  idempotencyKey?: string | undefined;
}

export type BookingRefusal =
  | 'unknown locker'
  | 'locker not in service'
  | 'no free slot'
  | 'tracking id taken'
  | 'idempotency key reused'
  | 'unknown pincode'
  | 'pincode in several countries';

export type BookingAnswer =
  | { ok: true; booking: BookingView; token: string }
  | { ok: false; reason: BookingRefusal };

/** What is kept of an answer: the token is derived again, so that no secret is stored. */
interface KeptAnswer {
  booking: BookingView;
  generation: number;
}

/** Lockers that are tried one after another, when others are quicker at the nearest ones. */
const candidatesMax = 5;

/** Holds a slot for a parcel, in one transaction with all that follows. Rejects with LedgerError. */
export async function makeBooking(parts: BookingParts, order: BookingOrder): Promise<BookingAnswer> {
  const answer = await bookOnce(parts, order);
  if (answer.ok || order.idempotencyKey === undefined) return answer;
  // The same request may have come twice at once, and be refused what the other one took meanwhile.
  const known = await findRecipient(parts, order.email);
  const other = known === undefined ? undefined : await answeredBefore(parts, order, known);
  return other ?? answer;
}

async function bookOnce(parts: BookingParts, order: BookingOrder): Promise<BookingAnswer> {
  const known = await findRecipient(parts, order.email);
  const earlier = known === undefined ? undefined : await answeredBefore(parts, order, known);
  if (earlier) return earlier;
  const found = await candidates(parts, order);
  if ('reason' in found) return { ok: false, reason: found.reason };
  const [nearest] = found;
  if (!nearest) return { ok: false, reason: 'no free slot' };
  if (order.trackingId !== undefined && (await isTracked(parts, order.trackingId)))
    return { ok: false, reason: 'tracking id taken' };
  const userId = known ?? (await knowRecipient(parts, order.email, cellOfLocker(nearest.lockerId)));
  const trackingId = order.trackingId ?? (await mintTrackingId(parts));
  let answer: BookingAnswer = { ok: false, reason: 'no free slot' };
  for (const site of found) {
    answer = await bookAt(parts, order, { site, userId, trackingId });
    if (answer.ok || isFinal(answer.reason)) break;
  }
  return answer;
}

/** No other locker would answer otherwise. */
function isFinal(reason: BookingRefusal): boolean {
  return reason === 'idempotency key reused' || reason === 'tracking id taken';
}

async function candidates(
  { db }: BookingParts,
  { where, size }: BookingOrder,
): Promise<LockerSite[] | { reason: BookingRefusal }> {
  if ('lockerId' in where) {
    const locker = await findLocker(db, where.lockerId);
    return locker ? [locker] : { reason: 'unknown locker' };
  }
  const answer = await findLockers(db, { place: where, size, limit: candidatesMax });
  return answer.ok ? answer.lockers : { reason: answer.reason };
}

/** Asked first, since the repetition of a request must not fail on what the first one took. */
async function answeredBefore(
  parts: BookingParts,
  order: BookingOrder,
  userId: EntityId,
): Promise<BookingAnswer | undefined> {
  const load = idempotency(parts, order, userId);
  if (!load.idempotency) return undefined;
  return parts.ledger.commit({ lockers: [], ...load }, (books) => repeated(parts, order, books));
}

async function bookAt(
  parts: BookingParts,
  order: BookingOrder,
  { site, userId, trackingId }: { site: LockerSite; userId: EntityId; trackingId: string },
): Promise<BookingAnswer> {
  const { ledger, ring } = parts;
  const generation = ring.currentGeneration;
  const ids = mintIds(parts, site.lockerId);
  const token = ring.bookingToken(generation, ids.booking);
  const nowMs = parts.clock.nowMs();
  const load = { lockers: [site.lockerId], trackingId, ...idempotency(parts, order, userId) };
  return ledger.commit(load, (books): BookingAnswer => {
    const earlier = repeated(parts, order, books);
    if (earlier) return earlier;
    if (books.isTracked()) return { ok: false, reason: 'tracking id taken' };
    const book = books.of(site.lockerId);
    if (!book) return { ok: false, reason: 'unknown locker' };
    const lockerKey = ring.lockerKey(book.locker.keyGeneration, site.lockerId);
    const wish: BookingWish = {
      size: order.size,
      trackingId,
      userId,
      nowMs,
      expiresAtMs: nowMs + order.expiresInHours * 3_600_000,
      tokenHash: tokenHash(token),
      ids,
      keys: {
        generation,
        codeMaking: ring.codeMakingKey(generation),
        codeChecking: deriveLockerKeys(lockerKey).codeChecking,
      },
    };
    const decision = decideBooking(book, wish);
    if (!decision.ok) return decision;
    const booking = viewFromBook(book, ids.booking, site);
    const kept: KeptAnswer = { booking, generation };
    if (load.idempotency) books.answer(hashOf(order), JSON.stringify(kept));
    return { ok: true, booking, token };
  });
}

function repeated(
  { ring }: BookingParts,
  order: BookingOrder,
  books: LedgerBooks,
): BookingAnswer | undefined {
  const earlier = books.answered();
  if (!earlier) return undefined;
  if (earlier.requestHash !== hashOf(order)) return { ok: false, reason: 'idempotency key reused' };
  const { booking, generation }: KeptAnswer = JSON.parse(earlier.answer);
  return { ok: true, booking, token: ring.bookingToken(generation, booking.bookingId) };
}

/** The owner's id names their cell, so keys of one person in two cells never meet. */
function idempotency(parts: BookingParts, { idempotencyKey: key }: BookingOrder, owner: EntityId) {
  return key === undefined ? {} : { idempotency: { owner, key, nowMs: parts.clock.nowMs() } };
}

function hashOf({ where, size, email, trackingId, expiresInHours }: BookingOrder): string {
  const place = Object.entries(where).sort();
  const facts = JSON.stringify([place, size, email.toLowerCase(), trackingId ?? null, expiresInHours]);
  return createHash('sha256').update(facts).digest('base64url');
}

function mintIds({ clock, random }: BookingParts, lockerId: LockerId): BookingWish['ids'] {
  const base = uuidBase(clock.nowMs(), random.bytes(16));
  const id = (index: number) => entityId(cellOfLocker(lockerId), uuidAt(base, index));
  return { booking: id(0), package: id(1), grant: id(2), booked: id(3), codeReady: id(4) };
}

/** Drops what was answered before then: whoever repeats a request after that makes a new one. */
export async function forgetAnswers(db: BookingParts['db'], beforeMs: number): Promise<void> {
  await db.deleteFrom('idempotency').where('answered_at', '<', new Date(beforeMs)).execute();
}
