import {
  deriveCode,
  type EntityId,
  fitsInto,
  hashCredential,
  type SlotSize,
  slotSizes,
  type UnixMs,
} from '@latchwork/shared';
import type { LockerBook, SlotRow } from '../ledger/index.ts';

export interface BookingWish {
  size: SlotSize;
  trackingId: string;
  /** The recipient. */
  userId: EntityId;
  nowMs: UnixMs;
  expiresAtMs: UnixMs;
  /** SHA-256 of the token with which its owner reads it. */
  tokenHash: string;
  ids: { booking: EntityId; package: EntityId; grant: EntityId; booked: EntityId; codeReady: EntityId };
  keys: {
    generation: number;
    /** 32 bytes, of the server's ring. */
    codeMaking: Uint8Array;
    /** 32 bytes, the locker's own. */
    codeChecking: Uint8Array;
  };
}

export type BookingDecision =
  | { ok: true; bookingId: EntityId }
  | { ok: false; reason: 'locker not in service' | 'no free slot' | 'tracking id taken' };

/** A code lives on past the booking's end, since a deadline is not an expiry: DESIGN, deadlines at the door. */
export const grantOutlivesMs = 90 * 24 * 60 * 60_000;

/** Codes have 10⁸ values and a locker fewer than 1,000 slots, so a second try is rare and a tenth never comes. */
const codeTriesMax = 16;

/** Books the smallest slot that fits, with all that follows from it: package, grant, plan and messages. */
export function decideBooking(book: LockerBook, wish: BookingWish): BookingDecision {
  if (book.locker.status !== 'active') return { ok: false, reason: 'locker not in service' };
  const taken = book.packages.some(
    (row) => row.trackingId === wish.trackingId && (row.status === 'WAITING' || row.status === 'DELIVERED'),
  );
  if (taken) return { ok: false, reason: 'tracking id taken' };
  const slot = smallestFitting(book.freeSlots(), wish.size);
  if (!slot) return { ok: false, reason: 'no free slot' };
  putPackageAndBooking(book, wish, slot);
  const grantRev = putGrant(book, wish);
  const message = { userId: wish.userId, bookingId: wish.ids.booking, createdAt: wish.nowMs };
  book.notify({ ...message, notificationId: wish.ids.booked, kind: 'booked', waitsForRev: null });
  book.notify({ ...message, notificationId: wish.ids.codeReady, kind: 'codeReady', waitsForRev: grantRev });
  return { ok: true, bookingId: wish.ids.booking };
}

/** The lowest number of the smallest size that takes the parcel. */
function smallestFitting(free: readonly SlotRow[], size: SlotSize): SlotRow | undefined {
  const rank = (slot: SlotRow) => slotSizes.indexOf(slot.size);
  return free
    .filter((slot) => fitsInto(size, slot.size))
    .sort((left, right) => rank(left) - rank(right) || left.slot - right.slot)[0];
}

function putPackageAndBooking(book: LockerBook, wish: BookingWish, slot: SlotRow): void {
  const { ids, size, trackingId, nowMs, expiresAtMs } = wish;
  book.putPackage({
    packageId: ids.package,
    userId: wish.userId,
    slot: null,
    trackingId,
    size,
    status: 'WAITING',
    createdAt: nowMs,
    deliveredAt: null,
    pickedUpAt: null,
    last: { ordinal: 0, seq: 0 },
  });
  book.putBooking({
    bookingId: ids.booking,
    packageId: ids.package,
    slot: slot.slot,
    size,
    status: 'active',
    expiresAt: expiresAtMs,
    createdAt: nowMs,
    tokenHash: wish.tokenHash,
  });
  book.putPlanItem('booking', ids.booking, {
    slot: slot.slot,
    size,
    barcodes: [trackingId],
    expiresAt: expiresAtMs,
  });
}

/** Returns the plan's revision that carries the grant. */
function putGrant(book: LockerBook, wish: BookingWish): number {
  const { ids, keys } = wish;
  const expiresAt = wish.expiresAtMs + grantOutlivesMs;
  const { counter, codeHash } = freeCode(book, wish);
  const rev = book.putPlanItem('grant', ids.grant, { booking: ids.booking, codeHash, expiresAt });
  book.putGrant({
    grantId: ids.grant,
    bookingId: ids.booking,
    keyGeneration: keys.generation,
    counter,
    codeHash,
    status: 'live',
    expiresAt,
    rev,
  });
  return rev;
}

/** No two live codes of a locker are the same, or one person would open the other's slot. */
function freeCode(book: LockerBook, { ids, keys }: BookingWish): { counter: number; codeHash: string } {
  const live = new Set(book.grants.filter((grant) => grant.status === 'live').map((grant) => grant.codeHash));
  for (let counter = 0; counter < codeTriesMax; counter += 1) {
    const code = deriveCode(keys.codeMaking, { locker: book.lockerId, booking: ids.booking, counter });
    const codeHash = hashCredential(keys.codeChecking, 'code', code);
    if (!live.has(codeHash)) return { counter, codeHash };
  }
  throw new Error(`no free code for ${ids.booking} in ${codeTriesMax} tries`);
}
