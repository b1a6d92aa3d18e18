import { deriveCode, entityId, hashCredential, type SlotSize, uuidAt, uuidBase } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { LockerBook, type LockerRows, type SlotRow } from '../ledger/index.ts';
import { seededRandom } from '../random.ts';
import { type BookingWish, decideBooking, grantOutlivesMs } from './decide-booking.ts';
import { decideCancel, decideExpiry } from './decide-end.ts';

const random = seededRandom('booking');
const nowMs = 1_750_000_000_000;
const hourMs = 3_600_000;
const keys = {
  generation: 1,
  codeMaking: new Uint8Array(32).fill(1),
  codeChecking: new Uint8Array(32).fill(2),
};

function slotRow(slot: number, size: SlotSize, change: Partial<SlotRow> = {}): SlotRow {
  const row = {
    slot,
    size,
    status: 'inService',
    occupancy: 'empty',
    faulty: false,
    faultReason: null,
    wearing: null,
  } as const;
  const rest = { door: 'closed', boardLost: false, packageId: null, opening: null } as const;
  return { ...row, ...rest, features: [], last: { ordinal: 0, seq: 0 }, changedAt: 0, ...change };
}

function bookOf(slots: SlotRow[], rows: Partial<LockerRows> = {}): LockerBook {
  const locker = {
    lockerId: 'gb-7k3m9x2p',
    locationId: id(0),
    cell: 'gb',
    country: 'gb',
    name: 'Mill Lane',
    status: 'active',
    numSlots: slots.length,
    freeSlots: slots.length,
    lastSyncedAt: null,
    keyGeneration: 1,
  } as const;
  const nothing = { presence: null, incarnations: [], bookings: [], packages: [], grants: [] };
  return new LockerBook({ locker, slots, plan: { serverEpoch: 1, rev: 7 }, ...nothing, ...rows });
}

const base = uuidBase(nowMs, random.bytes(10));
function id(index: number) {
  return entityId('gb', uuidAt(base, index));
}
let drawn = 1;
function wish(size: SlotSize, change: Partial<BookingWish> = {}): BookingWish {
  const next = () => id(drawn++);
  return {
    size,
    trackingId: `LW${drawn}`,
    userId: id(0),
    nowMs,
    expiresAtMs: nowMs + 48 * hourMs,
    tokenHash: 'hash',
    ids: { booking: next(), package: next(), grant: next(), booked: next(), codeReady: next() },
    keys,
    ...change,
  };
}

test('a parcel gets the smallest free slot that takes it, then larger ones, then a refusal', () => {
  const book = bookOf([slotRow(1, 'L'), slotRow(2, 'S'), slotRow(3, 'M'), slotRow(4, 'S')]);
  const slots = ['S', 'M', 'S', 'S'].map((size) => {
    const decision = decideBooking(book, wish(size as SlotSize));
    return decision.ok ? book.booking(decision.bookingId)?.slot : decision.reason;
  });
  expect(slots).toEqual([2, 3, 4, 1]);
  expect(decideBooking(book, wish('S'))).toEqual({ ok: false, reason: 'no free slot' });
  expect(book.locker.freeSlots).toBe(0);
});

test.each<Partial<SlotRow>>([
  { status: 'blocked' },
  { faulty: true },
  { occupancy: 'occupied' },
  { occupancy: 'unsettled' },
  { occupancy: 'reopenable' },
])('a slot that is %j is never booked', (change) => {
  expect(decideBooking(bookOf([slotRow(1, 'S', change)]), wish('S'))).toMatchObject({ ok: false });
});

test('a booking brings its package, its grant, two plan items and two messages', () => {
  const book = bookOf([slotRow(1, 'S')]);
  const asked = wish('S');
  expect(decideBooking(book, asked)).toEqual({ ok: true, bookingId: asked.ids.booking });
  const { planItems, notifications, packages, grants } = book.changes;
  expect(packages.get(asked.ids.package)).toMatchObject({ status: 'WAITING', userId: id(0) });
  expect([...planItems.values()].map((item) => [item.kind, item.id, item.rev])).toEqual([
    ['booking', asked.ids.booking, 8],
    ['grant', asked.ids.grant, 9],
  ]);
  expect(notifications.map((row) => [row.kind, row.waitsForRev])).toEqual([
    ['booked', null],
    ['codeReady', 9],
  ]);
  const code = deriveCode(keys.codeMaking, { locker: book.lockerId, booking: asked.ids.booking, counter: 0 });
  expect(grants.get(asked.ids.grant)).toMatchObject({
    rev: 9,
    counter: 0,
    codeHash: hashCredential(keys.codeChecking, 'code', code),
    expiresAt: asked.expiresAtMs + grantOutlivesMs,
  });
  expect(JSON.stringify([...planItems.values(), notifications])).not.toContain(code);
});

test('the counter is raised while another live grant of the locker has the same code', () => {
  const asked = wish('S');
  const codeOf = (counter: number) =>
    deriveCode(keys.codeMaking, { locker: 'gb-7k3m9x2p', booking: asked.ids.booking, counter });
  const other = (counter: number, status: 'live' | 'redeemed') => ({
    grantId: id(200 + counter),
    bookingId: id(100),
    keyGeneration: 1,
    counter: 0,
    codeHash: hashCredential(keys.codeChecking, 'code', codeOf(counter)),
    status,
    expiresAt: nowMs,
    rev: 1,
  });
  const book = bookOf([slotRow(1, 'S')], {
    grants: [other(0, 'live'), other(1, 'live'), other(2, 'redeemed')],
  });
  decideBooking(book, asked);
  expect(book.changes.grants.get(asked.ids.grant)?.counter).toBe(2);
});

test('a tracking id that lies or is awaited in this locker is refused', () => {
  const book = bookOf([slotRow(1, 'S'), slotRow(2, 'S')]);
  decideBooking(book, wish('S', { trackingId: 'AB123' }));
  expect(decideBooking(book, wish('S', { trackingId: 'AB123' }))).toEqual({
    ok: false,
    reason: 'tracking id taken',
  });
});

test('a locker that nobody enrolled yet is not booked', () => {
  const book = bookOf([slotRow(1, 'S')]);
  book.setLocker({ status: 'new' });
  expect(decideBooking(book, wish('S'))).toEqual({ ok: false, reason: 'locker not in service' });
});

test('cancelling frees the slot, ends the plan items, revokes the grant and tells the recipient, once', () => {
  const book = bookOf([slotRow(1, 'S')]);
  const asked = wish('S');
  decideBooking(book, asked);
  const cancel = { bookingId: asked.ids.booking, notificationId: id(250), nowMs };
  expect(decideCancel(book, cancel)).toEqual({ ok: true });
  expect(decideCancel(book, cancel)).toEqual({ ok: true });
  expect(book.locker.freeSlots).toBe(1);
  expect(book.package(asked.ids.package)?.status).toBe('CANCELLED');
  expect(book.grants[0]?.status).toBe('revoked');
  expect([...book.changes.planItems.values()].map((item) => item.line)).toEqual([null, null]);
  expect(book.changes.notifications.map((row) => row.kind)).toEqual(['booked', 'codeReady', 'cancelled']);
});

test('a delivered package can neither be cancelled nor expire', () => {
  const book = bookOf([slotRow(1, 'S')]);
  const asked = wish('S');
  decideBooking(book, asked);
  const parcel = book.package(asked.ids.package)!;
  book.putPackage({ ...parcel, status: 'DELIVERED' });
  const ending = { bookingId: asked.ids.booking, notificationId: id(250), nowMs: asked.expiresAtMs };
  expect(decideCancel(book, ending)).toEqual({ ok: false, reason: 'already delivered' });
  expect(decideExpiry(book, ending)).toEqual({ ok: false, reason: 'already delivered' });
});

test('a booking expires at its time and not before', () => {
  const book = bookOf([slotRow(1, 'S')]);
  const asked = wish('S');
  decideBooking(book, asked);
  const ending = { bookingId: asked.ids.booking, notificationId: id(250) };
  expect(decideExpiry(book, { ...ending, nowMs: asked.expiresAtMs - 1 })).toMatchObject({ ok: false });
  expect(decideExpiry(book, { ...ending, nowMs: asked.expiresAtMs })).toEqual({ ok: true });
  expect(book.booking(asked.ids.booking)?.status).toBe('expired');
  expect(decideExpiry(book, { ...ending, nowMs: asked.expiresAtMs })).toMatchObject({ ok: false });
  expect(decideCancel(book, { ...ending, nowMs })).toEqual({ ok: false, reason: 'booking is over' });
});
