import type { EntityId, SlotNumber } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedLocker, startTestBench, type TestBench, testId } from '../events/testing.ts';
import type { BookingRow, LockerBook } from '../ledger/index.ts';
import { packageFacts, slotFacts } from './index.ts';

let bench: TestBench;
let locker: ScriptedLocker;
const user = testId(50);
const courier = testId(51);

beforeEach(async () => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
  locker.hello();
  await locker.receiveWant();
  await locker.receivePlan(5);
});
afterEach(() => bench.stop());

/** Lets the locker have what it was sent, and say so. */
async function confirmPlan(): Promise<void> {
  await locker.receivePlan(state().plan.rev);
  locker.beat();
  await bench.settle();
}

/** Books as the booking domain does: package, booking, grant, and their plan items. */
async function book(n: number, slot: SlotNumber, change: Partial<BookingRow> = {}): Promise<EntityId> {
  const nowMs = bench.clock.nowMs();
  const ids = { package: testId(100 + n), booking: testId(200 + n), grant: testId(300 + n) };
  const codeHash = String(n).padEnd(43, '_');
  const decide = (own: LockerBook) => {
    own.putPackage({
      packageId: ids.package,
      userId: user,
      slot: null,
      trackingId: `PARCEL${n}`,
      size: 'S',
      status: 'WAITING',
      createdAt: nowMs,
      deliveredAt: null,
      pickedUpAt: null,
      last: { ordinal: 0, seq: 0 },
    });
    const expiresAt = nowMs + 1_000_000;
    const row = {
      bookingId: ids.booking,
      packageId: ids.package,
      slot,
      size: 'S',
      status: 'active',
    } as const;
    own.putBooking({ ...row, expiresAt, createdAt: nowMs, tokenHash: codeHash, ...change });
    own.putPlanItem('booking', ids.booking, { slot, size: 'S', barcodes: [`PARCEL${n}`], expiresAt });
    const rev = own.putPlanItem('grant', ids.grant, { booking: ids.booking, codeHash, expiresAt });
    const grant = { grantId: ids.grant, bookingId: ids.booking, keyGeneration: 1, counter: 0, codeHash };
    own.putGrant({ ...grant, status: 'live', expiresAt, rev });
  };
  await bench.ledger.commit({ lockers: [locker.id] }, (books) => {
    const own = books.of(locker.id);
    if (own) decide(own);
  });
  return ids.booking;
}

const state = () => bench.stateOf(locker);
const slotRow = (slot: SlotNumber) => state().slots.find((row) => row.slot === slot);
const parcel = (n: number) => state().packages.find((row) => row.packageId === testId(100 + n));
const booking = (n: number) => state().bookings.find((row) => row.bookingId === testId(200 + n));
const told = () =>
  state()
    .notifications.map(({ kind, status }) => `${kind} ${status}`)
    .sort();
const planKeys = () =>
  state()
    .planItems.filter(({ line }) => line !== null)
    .map(({ kind, id }) => `${kind} ${id}`);

function deposit(slot: SlotNumber, barcode: string, of?: EntityId): void {
  const authorisation = locker.uuid();
  const visit = locker.uuid();
  const allowedBy = { means: 'courier badge', id: courier } as const;
  locker.note({ kind: 'access.authorised', authorisation, slot, visit, purpose: 'deposit', allowedBy });
  locker.note({ kind: 'door.opened', slot, authorisation, atStart: false });
  locker.note({ kind: 'door.closed', slot, authorisation });
  const known = of === undefined ? {} : { booking: of };
  locker.note({
    kind: 'package.deposited',
    authorisation,
    slot,
    visit,
    courier,
    barcode,
    ...known,
    size: 'S',
  });
  locker.note({ kind: 'access.ended', authorisation, slot, outcome: 'done' });
}

function collect(
  slot: SlotNumber,
  n: number,
  allowedBy: { means: 'grant' | 'courier badge'; id: string } = { means: 'grant', id: testId(300 + n) },
): void {
  const authorisation = locker.uuid();
  const visit = locker.uuid();
  const of = testId(200 + n);
  locker.note({
    kind: 'access.authorised',
    authorisation,
    slot,
    visit,
    purpose: 'collect',
    allowedBy,
    booking: of,
  });
  if (allowedBy.means === 'grant')
    locker.note({ kind: 'grant.redeemed', authorisation, slot, grant: testId(300 + n) });
  locker.note({ kind: 'package.collected', authorisation, slot, visit, booking: of });
  locker.note({ kind: 'access.ended', authorisation, slot, outcome: 'done' });
}

let sent = 0;
async function sync(): Promise<void> {
  locker.events(sent + 1);
  expect((await locker.receiveWant()).from).toBe(locker.next);
  sent = locker.next - 1;
}
beforeEach(() => {
  sent = 0;
});

describe('a booked parcel', () => {
  test('deposited: delivered in the slot that was used, the wished slot is free again, its owner is told', async () => {
    const of = await book(1, 1);
    expect(state().locker.freeSlots).toBe(3);
    deposit(4, 'PARCEL1', of);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 4, deliveredAt: expect.any(Number) });
    expect(booking(1)).toMatchObject({ status: 'fulfilled' });
    expect(slotRow(4)).toMatchObject({
      occupancy: 'occupied',
      packageId: testId(101),
      opening: null,
      door: 'closed',
    });
    expect(slotRow(1)).toMatchObject({ occupancy: 'empty' });
    expect(state().locker.freeSlots).toBe(3);
    expect(state().notifications).toMatchObject([{ kind: 'delivered', userId: user, bookingId: of }]);
    // The locker opens for the grant whatever slot holds the booking's parcel, so both stay in its plan.
    expect(planKeys()).toEqual(expect.arrayContaining([`booking ${of}`, `grant ${testId(301)}`]));
  });

  test('collected: picked up, the grant spent, the plan rid of both, the slot reopenable until that lapses', async () => {
    const of = await book(1, 1);
    await confirmPlan();
    deposit(1, 'PARCEL1', of);
    await sync();
    collect(1, 1);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'PICKED_UP', pickedUpAt: expect.any(Number) });
    expect(state().grants).toMatchObject([{ status: 'redeemed' }]);
    expect(slotRow(1)).toMatchObject({ occupancy: 'reopenable', packageId: null });
    expect(state().locker.freeSlots).toBe(3);
    expect(told()).toEqual(['delivered pending', 'pickedUp pending']);
    expect(planKeys().filter((key) => /booking|grant/.test(key))).toEqual([]);
    locker.note({ kind: 'reopening.lapsed', slot: 1 });
    await sync();
    expect(slotRow(1)).toMatchObject({ occupancy: 'empty' });
    expect(state().locker.freeSlots).toBe(4);
  });

  test('deposit and collection heard at once: nobody is called to an empty slot', async () => {
    const of = await book(1, 1);
    deposit(1, 'PARCEL1', of);
    collect(1, 1);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(told()).toEqual(['delivered superseded', 'pickedUp pending']);
  });

  test('taken back by a courier: returned, the grant revoked, nobody is told it was picked up', async () => {
    const of = await book(1, 1);
    await confirmPlan();
    deposit(1, 'PARCEL1', of);
    collect(1, 1, { means: 'courier badge', id: courier });
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'RETURNED', pickedUpAt: null });
    expect(state().grants).toMatchObject([{ status: 'revoked' }]);
    expect(told()).toEqual(['delivered pending']);
  });

  test('collected without a deposit ever heard of: picked up all the same', async () => {
    await book(1, 1);
    collect(2, 1);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(booking(1)).toMatchObject({ status: 'fulfilled' });
  });

  test('a fact that is heard late moves nothing backwards', async () => {
    const of = await book(1, 1);
    deposit(1, 'PARCEL1', of);
    collect(1, 1);
    await sync();
    const before = state();
    const ids = { authorisation: locker.uuid(), visit: locker.uuid(), booking: of };
    const late = { id: locker.uuid(), seq: 1, at: 1, clock: 'good', slot: 1, ...ids } as const;
    const context = {
      order: { ordinal: 1, seq: 1 },
      receivedAtMs: bench.clock.nowMs(),
      newId: () => locker.uuid(),
    };
    await bench.ledger.commit({ lockers: [locker.id], bookings: [of] }, (books) => {
      const own = books.of(locker.id);
      if (!own) throw new Error('no book');
      const deposited = {
        ...late,
        kind: 'package.deposited',
        courier,
        barcode: 'PARCEL1',
        size: 'S',
      } as const;
      packageFacts['package.deposited'](own, deposited, context);
      packageFacts['package.collected'](own, { ...late, kind: 'package.collected' }, context);
      slotFacts['slot.unsettled'](own, { ...late, kind: 'slot.unsettled' }, context);
    });
    expect(state()).toEqual(before);
  });
});

describe('a parcel that was not expected', () => {
  test('an unknown barcode makes a package without a user', async () => {
    deposit(2, 'STRANGER', undefined);
    await sync();
    expect(state().packages).toMatchObject([
      { userId: null, trackingId: 'STRANGER', status: 'DELIVERED', slot: 2 },
    ]);
    expect(slotRow(2)).toMatchObject({ occupancy: 'occupied', packageId: state().packages[0]?.packageId });
    expect(state().notifications).toEqual([]);
  });

  test('a locker that had not heard of the booking: the label tells', async () => {
    await book(1, 1);
    deposit(2, 'PARCEL1', undefined);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 2 });
    expect(booking(1)).toMatchObject({ status: 'fulfilled' });
    // Its code is not told before the locker knows it.
    expect(state().notifications).toMatchObject([{ kind: 'delivered', status: 'waiting' }]);
  });

  test('a booking that nobody knows: a package without a user, and an alarm', async () => {
    deposit(2, 'STRANGER', testId(999));
    await sync();
    expect(state().packages).toMatchObject([{ userId: null, status: 'DELIVERED' }]);
    expect(state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 2 }]);
  });

  test.each(['cancelled', 'expired'] as const)(
    'a booking that is %s: it lies there, and somebody has to look',
    async (status) => {
      const of = await book(1, 1, { status });
      deposit(1, 'PARCEL1', of);
      await sync();
      expect(parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 1 });
      expect(booking(1)).toMatchObject({ status });
      expect(state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 1 }]);
      expect(state().notifications).toEqual([]);
    },
  );

  test('a second parcel under a booking that is over: another package of the same person', async () => {
    const of = await book(1, 1);
    deposit(1, 'PARCEL1', of);
    collect(1, 1);
    deposit(2, 'PARCEL1', of);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    const second = state().packages.find(({ packageId }) => packageId === slotRow(2)?.packageId);
    expect(second).toMatchObject({ userId: user, status: 'DELIVERED', slot: 2, trackingId: 'PARCEL1' });
    expect(second?.packageId).not.toBe(testId(101));
  });

  test('in a slot that another booking wished for: that one gets the next best, or is displaced', async () => {
    await book(1, 1);
    await book(2, 2);
    await book(3, 3);
    deposit(2, 'PARCEL1', testId(201));
    await sync();
    // Slot 1 was booking 1's wish and is free again.
    expect(booking(2)).toMatchObject({ status: 'active', slot: 1 });
    deposit(4, 'STRANGER', undefined);
    deposit(3, 'STRANGER2', undefined);
    await sync();
    expect(booking(3)).toMatchObject({ status: 'displaced', slot: null });
    deposit(1, 'PARCEL3', testId(203));
    await sync();
    expect(parcel(3)).toMatchObject({ status: 'DELIVERED', slot: 1 });
    expect(booking(2)).toMatchObject({ status: 'displaced', slot: null });
  });
});

describe('slots and doors', () => {
  const authorisation = '01900000-0000-7000-8000-00000000aaaa';
  const allowedBy = { means: 'grant', id: testId(301) } as const;
  const visit = '01900000-0000-7000-8000-00000000bbbb';
  const cases = [
    [[{ kind: 'door.opened', slot: 1, atStart: false }], { door: 'open' }],
    [[{ kind: 'door.confirmed', slot: 1, authorisation, position: 'closed' }], { door: 'closed' }],
    [[{ kind: 'slot.outOfService', slot: 1, reason: 'stuck' }], { faulty: true }],
    [
      [
        { kind: 'slot.outOfService', slot: 1, reason: 'stuck' },
        { kind: 'slot.inService', slot: 1 },
      ],
      { faulty: false },
    ],
    [[{ kind: 'slot.unsettled', slot: 1, authorisation }], { occupancy: 'unsettled' }],
    [
      [
        { kind: 'slot.unsettled', slot: 1, authorisation },
        { kind: 'slot.settled', slot: 1, occupied: false, by: 'sensor' },
      ],
      { occupancy: 'empty' },
    ],
    [
      [{ kind: 'access.authorised', authorisation, slot: 1, visit, purpose: 'collect', allowedBy }],
      { opening: { authorisation, purpose: 'collect', allowedBy } },
    ],
    [
      [
        { kind: 'access.authorised', authorisation, slot: 1, visit, purpose: 'collect', allowedBy },
        { kind: 'access.ended', authorisation: visit, slot: 1, outcome: 'superseded' },
      ],
      { opening: { authorisation, purpose: 'collect', allowedBy } },
    ],
    [[{ kind: 'reopening.lapsed', slot: 1 }], { occupancy: 'empty' }],
  ] as const;
  test.each(cases)('%j leaves %j', async (facts, expected) => {
    for (const fact of facts) locker.note(fact);
    await sync();
    expect(slotRow(1)).toMatchObject(expected);
  });

  test('a reopenable slot is empty once it is authorised for anything else', async () => {
    const of = await book(1, 1);
    deposit(1, 'PARCEL1', of);
    collect(1, 1);
    locker.note({ kind: 'access.authorised', authorisation, slot: 1, visit, purpose: 'deposit', allowedBy });
    await sync();
    expect(slotRow(1)).toMatchObject({ occupancy: 'empty' });
    expect(state().locker.freeSlots).toBe(3);
  });

  test.each([
    [{ kind: 'door.stuck', slot: 1, authorisation, attempts: 3 }, 'door stuck'],
    [{ kind: 'door.forced', slot: 1 }, 'door forced'],
    [{ kind: 'door.leftOpen', slot: 1, openForMs: 120_000 }, 'door left open'],
    [{ kind: 'board.lost', board: 'A', detail: 'no answer' }, 'board lost'],
    [{ kind: 'problem.reported', problem: 'slot dirty' }, 'problem reported'],
  ] as const)('%j raises the alarm %s', async (fact, alarm) => {
    const id = locker.note(fact);
    await sync();
    expect(state().alarms).toMatchObject([{ alarm, id, at: expect.any(Number) }]);
  });

  test('found empty by a technician though a parcel should lie there: an alarm', async () => {
    deposit(1, 'STRANGER', undefined);
    locker.note({ kind: 'slot.settled', slot: 1, occupied: false, by: 'technician' });
    await sync();
    expect(slotRow(1)).toMatchObject({ occupancy: 'empty', packageId: null });
    expect(state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 1 }]);
  });

  test('settled by a reopening: the collection that follows says what became of the parcel', async () => {
    const of = await book(1, 1);
    deposit(1, 'PARCEL1', of);
    locker.note({ kind: 'slot.unsettled', slot: 1, authorisation });
    locker.note({ kind: 'slot.settled', slot: 1, occupied: false, by: 'reopening' });
    collect(1, 1);
    await sync();
    expect(parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(state().alarms).toEqual([]);
  });
});
