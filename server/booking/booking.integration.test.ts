import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { NewLocker } from '../access/index.ts';
import { startTestParts, type TestParts } from '../access/testing.ts';
import { freeSlotsOf } from '../availability/index.ts';
import { findLockers } from '../search/index.ts';
import {
  type BookingOrder,
  cancelBooking,
  forgetAnswers,
  makeBooking,
  ownedBooking,
  sweepExpired,
} from './index.ts';

let parts: TestParts;
beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
});
afterAll(() => parts.stop());

const order = (lockerId: string, change: Partial<BookingOrder> = {}): BookingOrder => ({
  where: { lockerId },
  size: 'S',
  email: 'ann@example.org',
  expiresInHours: 48,
  ...change,
});
const locker = (...slots: NewLocker['slots']) => parts.activeLocker({ slots });
const freeAt = async (lockerId: string) => (await freeSlotsOf(parts.db, [lockerId])).get(lockerId);
const kindsFor = async (bookingId: string) => {
  const rows = await parts.db
    .selectFrom('notification_event')
    .select(['kind', 'status'])
    .where('booking_id', '=', bookingId)
    .orderBy('notification_id')
    .execute();
  return rows.map(({ kind, status }) => `${kind} ${status}`);
};

describe('a booking', () => {
  test('holds a slot, writes the plan, and tells the recipient, with the code only once confirmed', async () => {
    const lockerId = await locker('S', 'M');
    const answer = await makeBooking(parts, order(lockerId));
    if (!answer.ok) throw new Error(answer.reason);
    expect(answer.booking).toMatchObject({ status: 'active', slot: 1, package: { status: 'WAITING' } });
    expect(answer.booking.package.trackingId).toMatch(/^LW\d{12}$/);
    expect(await freeAt(lockerId)).toEqual({ free: { S: 0, M: 1, L: 0 }, fitting: { S: 1, M: 1, L: 0 } });
    expect(await kindsFor(answer.booking.bookingId)).toEqual(['booked pending', 'codeReady waiting']);
    const plan = await parts.ledger.planSince(lockerId, 0);
    expect(plan.items.slice(-2).map((item) => item.kind)).toEqual(['booking', 'grant']);
    expect(await ownedBooking(parts, answer.booking.bookingId, answer.token)).toEqual({
      ok: true,
      booking: answer.booking,
    });
  });

  test('is refused by a full, an unknown, and a not yet enrolled locker, and leaves nothing behind', async () => {
    const full = await locker('S');
    await makeBooking(parts, order(full));
    const before = await parts.db.selectFrom('package').select('package_id').execute();
    const fresh = await parts.addLocker();
    expect(await makeBooking(parts, order(full))).toEqual({ ok: false, reason: 'no free slot' });
    expect(await makeBooking(parts, order('gb-00000000'))).toEqual({ ok: false, reason: 'unknown locker' });
    expect(await makeBooking(parts, order(fresh.lockerId))).toEqual({
      ok: false,
      reason: 'locker not in service',
    });
    expect(await parts.db.selectFrom('package').select('package_id').execute()).toHaveLength(before.length);
  });

  test('of the last slot succeeds for exactly one of many at once', async () => {
    const lockerId = await locker('L');
    const orders = Array.from({ length: 6 }, (_, n) => order(lockerId, { email: `last${n}@example.org` }));
    const answers = await Promise.all(orders.map((one) => makeBooking(parts, one)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok).map((answer) => answer.reason)).toEqual(
      Array(5).fill('no free slot'),
    );
  });

  test('by place goes to the nearest locker with room, and on to the next', async () => {
    const near = await parts.activeLocker({ lat: -33.85, long: 151.2, country: 'au', slots: ['S'] });
    const far = await parts.activeLocker({ lat: -33.95, long: 151.2, country: 'au', slots: ['S', 'L'] });
    const where = { lat: -33.84, long: 151.2 };
    const places: (string | undefined)[] = [];
    for (let n = 0; n < 3; n += 1) {
      const answer = await makeBooking(parts, { ...order(''), where });
      places.push(answer.ok ? answer.booking.locker.lockerId : undefined);
    }
    expect(places).toEqual([near, far, far]);
  });

  test('with a tracking id that is under way is refused', async () => {
    const first = await locker('S');
    const second = await locker('S');
    expect(await makeBooking(parts, order(first, { trackingId: 'XY1234' }))).toMatchObject({ ok: true });
    expect(await makeBooking(parts, order(second, { trackingId: 'XY1234' }))).toEqual({
      ok: false,
      reason: 'tracking id taken',
    });
  });
});

test('one label is booked once, however many ask at once and for whatever locker', async () => {
  for (let round = 0; round < 4; round += 1) {
    const lockers = [await locker('S'), await locker('S'), await locker('S')];
    const answers = await Promise.all(
      lockers.map((lockerId, n) =>
        makeBooking(parts, order(lockerId, { trackingId: `TWIN${round}`, email: `twin${n}@example.org` })),
      ),
    );
    expect(answers.map((answer) => answer.ok || answer.reason).sort()).toEqual([
      'tracking id taken',
      'tracking id taken',
      true,
    ]);
  }
});

describe('an idempotency key', () => {
  test('gets the first answer again, token included, also when the locker is full by now', async () => {
    const lockerId = await locker('S');
    const asked = order(lockerId, { idempotencyKey: 'k1', trackingId: 'IDEM1', email: 'Ida@example.org' });
    const first = await makeBooking(parts, asked);
    expect(first).toMatchObject({ ok: true });
    expect(await makeBooking(parts, { ...asked, email: 'ida@EXAMPLE.org' })).toEqual(first);
    expect(await makeBooking(parts, { ...asked, size: 'L' })).toEqual({
      ok: false,
      reason: 'idempotency key reused',
    });
  });

  test('of two requests at once books one slot', async () => {
    const lockerId = await locker('S', 'S', 'S');
    const asked = order(lockerId, { idempotencyKey: 'k2', email: 'new@example.org' });
    const answers = await Promise.all([1, 2, 3].map(() => makeBooking(parts, asked)));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect((await freeAt(lockerId))?.free.S).toBe(2);
  });

  test.each([
    ['the last slot', undefined],
    ['a label', 'ONCE123'],
  ])('of many requests at once for %s gets one answer', async (what, label) => {
    const pincode = `ONCE${what.length}`;
    for (let round = 0; round < 5; round += 1) {
      const lockerId = await parts.activeLocker({ slots: ['S'], pincode: `${pincode}${round}` });
      const where = label ? { lockerId } : { pincode: `${pincode}${round}` };
      const email = `once${round}@example.org`;
      const trackingId = label && `${label}${round}`;
      const asked = { ...order(''), where, email, trackingId, idempotencyKey: `many${what}${round}` };
      // Each begins a little later in the course of the others.
      const asking: Promise<unknown>[] = [];
      for (let n = 0; n < 8; n += 1) {
        asking.push(makeBooking(parts, asked));
        await parts.pool.query('select 1');
      }
      const [first, ...others] = await Promise.all(asking);
      expect(first).toMatchObject({ ok: true });
      for (const other of others) expect(other).toEqual(first);
    }
  });

  test('of another recipient is another key', async () => {
    const lockerId = await locker('S', 'S');
    const asked = order(lockerId, { idempotencyKey: 'k3' });
    expect(await makeBooking(parts, asked)).toMatchObject({ ok: true });
    expect(await makeBooking(parts, { ...asked, email: 'bob@example.org' })).toMatchObject({ ok: true });
    expect((await freeAt(lockerId))?.free.S).toBe(0);
  });

  test('is forgotten with its answer, and not before', async () => {
    const lockerId = await locker('S', 'S');
    const asked = order(lockerId, { idempotencyKey: 'k5', email: 'old@example.org' });
    const first = await makeBooking(parts, asked);
    const nowMs = parts.clock.nowMs();
    await forgetAnswers(parts.db, nowMs - 60_000);
    expect(await makeBooking(parts, asked)).toEqual(first);
    await forgetAnswers(parts.db, nowMs + 60_000);
    expect(await makeBooking(parts, asked)).not.toEqual(first);
  });

  test('leaves no token in the database', async () => {
    const lockerId = await locker('S');
    const answer = await makeBooking(parts, order(lockerId, { idempotencyKey: 'k4' }));
    const rows = await parts.pool.query(
      'select i::text as text from idempotency i union all select b::text from booking b',
    );
    expect(JSON.stringify(rows.rows)).not.toContain(answer.ok ? answer.token : '-');
  });
});

describe('the owner', () => {
  test('is known by the token; anybody else is told that the booking is unknown', async () => {
    const lockerId = await locker('S', 'S');
    const mine = await makeBooking(parts, order(lockerId));
    const other = await makeBooking(parts, order(lockerId, { email: 'eve@example.org' }));
    if (!mine.ok || !other.ok) throw new Error('not booked');
    const unknown = { ok: false, reason: 'unknown booking' };
    const { bookingId } = mine.booking;
    expect(await ownedBooking(parts, bookingId, other.token)).toEqual(unknown);
    expect(await cancelBooking(parts, bookingId, other.token)).toEqual(unknown);
    expect(await ownedBooking(parts, bookingId, '')).toEqual(unknown);
    expect(await ownedBooking(parts, bookingId.replace(/.$/, 'x'), mine.token)).toEqual(unknown);
  });

  test('may cancel, twice, which frees the slot and takes the grant from the locker', async () => {
    const lockerId = await locker('S');
    const answer = await makeBooking(parts, order(lockerId));
    if (!answer.ok) throw new Error(answer.reason);
    const { bookingId } = answer.booking;
    const cancelled = { ok: true, booking: { status: 'cancelled', package: { status: 'CANCELLED' } } };
    expect(await cancelBooking(parts, bookingId, answer.token)).toMatchObject(cancelled);
    expect(await cancelBooking(parts, bookingId, answer.token)).toMatchObject(cancelled);
    expect((await freeAt(lockerId))?.free.S).toBe(1);
    expect(await kindsFor(bookingId)).toContain('cancelled pending');
    const plan = await parts.ledger.planSince(lockerId, 0);
    expect(plan.items.map((item) => item.kind)).not.toContain('grant');
  });
});

test.each(['active', 'displaced'] as const)(
  'a booking that is %s and whose parcel did not come expires at its time',
  async (status) => {
    const lockerId = await locker('S');
    const answer = await makeBooking(parts, order(lockerId, { expiresInHours: 1 }));
    if (!answer.ok) throw new Error(answer.reason);
    if (status === 'displaced')
      await parts.ledger.commit({ lockers: [lockerId] }, (books) => {
        const [booking] = books.of(lockerId)!.bookings;
        books.of(lockerId)!.putBooking({ ...booking!, status, slot: null });
      });
    expect(await sweepExpired(parts)).toBe(0);
    parts.clock.skip(3_600_000);
    expect(await sweepExpired(parts)).toBe(1);
    expect(await sweepExpired(parts)).toBe(0);
    expect(await ownedBooking(parts, answer.booking.bookingId, answer.token)).toMatchObject({
      booking: { status: 'expired', package: { status: 'EXPIRED' } },
    });
    expect(await kindsFor(answer.booking.bookingId)).toContain('expired pending');
    expect((await freeAt(lockerId))?.free.S).toBe(1);
  },
);

describe('searching', () => {
  test('finds only lockers in service with room, nearest first', async () => {
    const place = { lat: 10, long: 20 };
    const near = await parts.activeLocker({ lat: 10, long: 20.1, slots: ['S'] });
    const far = await parts.activeLocker({ lat: 10, long: 20.2, slots: ['L'] });
    await parts.addLocker({ lat: 10, long: 20, slots: ['L'] });
    const search = async (size: 'S' | 'L') => {
      const answer = await findLockers(parts.db, { place, size, limit: 2 });
      return answer.ok ? answer.lockers.map((found) => found.lockerId) : answer.reason;
    };
    expect(await search('S')).toEqual([near, far]);
    expect((await search('L'))[0]).toBe(far);
  });

  test('by pincode starts where that pincode’s lockers stand', async () => {
    const ours = await parts.activeLocker({ pincode: '75001', country: 'fr', lat: 48.86, long: 2.34 });
    const find = (pincode: string, country?: string) =>
      findLockers(parts.db, { place: { pincode, country }, size: 'S', limit: 1 });
    expect(await find('75001')).toMatchObject({ ok: true, lockers: [{ lockerId: ours }] });
    await parts.activeLocker({ pincode: '75001', country: 'us', lat: 32.9, long: -96.8 });
    expect(await find('75001')).toEqual({ ok: false, reason: 'pincode in several countries' });
    expect(await find('75001', 'fr')).toMatchObject({ ok: true, lockers: [{ lockerId: ours }] });
    expect(await find('CB21RX', 'gb')).toMatchObject({ ok: true });
    expect(await find('99999')).toEqual({ ok: false, reason: 'unknown pincode' });
  });
});
