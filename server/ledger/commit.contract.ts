import type { LockerId } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { type Bench, bookOf, slotOf } from './bench.contract.ts';
import type { LedgerBooks } from './ledger.ts';
import type { LockerBook } from './locker-book.ts';
import * as sample from './samples.contract.ts';

/** Reading, writing and rolling back. */
export function commitsWhole(given: () => Bench): void {
  test('leaves an unknown locker absent', async () => {
    const { ledger, newLocker } = given();
    const known = await newLocker();
    const found = await ledger.commit({ lockers: ['gb-zzzzzzzz', known] }, (books) => [
      books.of('gb-zzzzzzzz'),
      books.of(known)?.lockerId,
    ]);
    expect(found).toEqual([undefined, known]);
  });

  test('works with no locker at all, and with one asked for twice', async () => {
    const { ledger, newLocker, stateOf } = given();
    expect(await ledger.commit({ lockers: [] }, () => 'nothing')).toBe('nothing');
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker, locker] }, (books) =>
      bookOf(books, locker).raise(sample.alarm(9, locker)),
    );
    expect((await stateOf(locker)).alarms).toHaveLength(1);
  });

  test('begins with what was registered', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    const book = await ledger.commit({ lockers: [locker] }, (books) => bookOf(books, locker));
    expect(book.locker).toEqual({
      lockerId: locker,
      locationId: sample.id(1),
      cell: 'gb',
      country: 'gb',
      name: 'Hallway',
      status: 'new',
      numSlots: 4,
      freeSlots: 4,
      lastSyncedAt: null,
      keyGeneration: 1,
    });
    expect(book.presence).toBeNull();
    expect(book.plan).toEqual({ serverEpoch: sample.startMs, rev: 5 });
    expect(book.slots.map(({ slot, size }) => [slot, size])).toEqual([
      [1, 'S'],
      [2, 'M'],
      [3, 'L'],
      [4, 'S'],
    ]);
    expect(book.slot(1)?.features).toEqual(['low', 'a,b']);
  });

  test('keeps a row of every kind, exactly', async () => {
    const { ledger, newLocker, stateOf } = given();
    const locker = await newLocker();
    const before = await stateOf(locker);
    const written = await ledger.commit({ lockers: [locker], events: [sample.uuid(30)] }, (books) =>
      writeEverything(books, locker),
    );
    const after = await stateOf(locker);
    expect(after).toEqual({
      ...before,
      ...written,
      planItems: [...before.planItems.filter(({ id }) => id !== '4'), ...written.planItems],
    });
    const book = await ledger.commit({ lockers: [locker] }, (books) => bookOf(books, locker));
    const { locker: row, presence, incarnations, slots, bookings, packages, grants, plan } = book;
    const { planItems, log, doorHealth, notifications, alarms, ...rows } = after;
    expect({ locker: row, presence, incarnations, slots, bookings, packages, grants, plan }).toEqual(rows);
  });

  test('rolls everything back when the decision throws, and passes its error on', async () => {
    const { ledger, newLocker, state } = given();
    const locker = await newLocker();
    const before = await state();
    const refusal = Object.assign(new Error('no'), { code: '23505' });
    const load = {
      lockers: [locker],
      events: [sample.uuid(30)],
      idempotency: { owner: 'a', key: 'k', nowMs: 1 },
    };
    const failed = ledger.commit(load, (books) => {
      writeEverything(books, locker);
      books.answer('hash', 'answer');
      throw refusal;
    });
    await expect(failed).rejects.toBe(refusal);
    expect(await state()).toEqual(before);
  });

  test('refuses a decision that does not decide at once, and one that takes an effect it never asked for', async () => {
    const { ledger, newLocker, state } = given();
    const locker = await newLocker();
    const before = await state();
    const slow = ledger.commit({ lockers: [locker] }, async (books) => bookOf(books, locker).startEpoch(7));
    await expect(slow).rejects.toThrow('asynchronous');
    const unasked = ledger.commit({ lockers: [locker] }, (books) => books.takeEffect(sample.uuid(30)));
    await expect(unasked).rejects.toThrow('not loaded');
    expect(await state()).toEqual(before);
  });

  test('loads what is open, and what is over only when asked', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      const parcels = [
        [10, 'WAITING', 'displaced', 'live'],
        [11, 'PICKED_UP', 'fulfilled', 'redeemed'],
        [12, 'EXPIRED', 'expired', 'revoked'],
        [13, 'CANCELLED', 'cancelled', 'live'],
      ] as const;
      for (const [n, status, booking, grant] of parcels) {
        book.putPackage(sample.packageRow(n, { status }));
        book.putBooking(sample.bookingRow(n + 10, n, { status: booking }));
        book.putGrant(sample.grantRow(n + 20, n + 10, { status: grant }));
      }
      book.putPackage(sample.packageRow(14, { status: 'EXPIRED', deliveredAt: 5, slot: 3 }));
      book.putPackage(sample.packageRow(15, { status: 'RETURNED' }));
    });
    const held = (book: LockerBook) => ({
      packages: book.packages.map((row) => row.packageId),
      bookings: book.bookings.map((row) => row.bookingId),
      grants: book.grants.map((row) => row.grantId),
    });
    const ids = (...ns: number[]) => ns.map(sample.id);
    const open = await ledger.commit({ lockers: [locker] }, (books) => held(bookOf(books, locker)));
    expect(open).toEqual({ packages: ids(10, 14), bookings: ids(20), grants: ids(30, 33) });
    const asked = await ledger.commit({ lockers: [locker], bookings: ids(20, 21) }, (books) =>
      held(bookOf(books, locker)),
    );
    expect(asked).toEqual({ packages: ids(10, 11, 14), bookings: ids(20, 21), grants: ids(30, 31, 33) });
    const other = await newLocker();
    const elsewhere = await ledger.commit({ lockers: [other], bookings: ids(20, 21) }, (books) =>
      held(bookOf(books, other)),
    );
    expect(elsewhere).toEqual({ packages: [], bookings: [], grants: [] });
  });

  test('loads the package that a slot still names though it is over', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      book.putPackage(sample.packageRow(10, { status: 'PICKED_UP', slot: 1, pickedUpAt: 7 }));
      book.putSlot({ ...slotOf(book, 1), occupancy: 'reopenable', packageId: sample.id(10) });
    });
    const found = await ledger.commit({ lockers: [locker] }, (books) =>
      bookOf(books, locker).package(sample.id(10)),
    );
    expect(found?.status).toBe('PICKED_UP');
  });
}

/** Changes all there is to change, and says what the rows should then be. */
function writeEverything(books: LedgerBooks, locker: LockerId) {
  const book = bookOf(books, locker);
  book.setLocker({
    status: 'active',
    lastSyncedAt: sample.startMs + 5,
    name: 'Über "Hall"',
    keyGeneration: 2,
  });
  const session = {
    incarnation: sample.uuid(3),
    agentNonce: sample.nonce(1),
    serverNonce: sample.nonce(2),
    startedAt: sample.startMs + 2,
  };
  book.setPresence(sample.presenceRow({ session, confirmedRev: 3 }));
  book.putIncarnation(sample.incarnationRow(3, { fence: 'replaced', nextSeq: 2 ** 40 }));
  book.putIncarnation(sample.incarnationRow(4, { ordinal: 2 }));
  book.putPackage(
    sample.packageRow(10, { status: 'DELIVERED', slot: 2, deliveredAt: 99, userId: null, size: 'L' }),
  );
  book.putPackage(sample.packageRow(11, { last: { ordinal: 1, seq: 2 ** 41 } }));
  book.putBooking(sample.bookingRow(20, 10, { status: 'fulfilled', slot: 2 }));
  book.putBooking(sample.bookingRow(21, 11, { slot: 3 }));
  book.putGrant(sample.grantRow(25, 20, { status: 'redeemed', counter: 4, rev: 6 }));
  book.putGrant(sample.grantRow(26, 21));
  book.putSlot({
    slot: 1,
    size: 'M',
    features: [],
    status: 'blocked',
    occupancy: 'unsettled',
    faulty: true,
    faultReason: 'flapping',
    wearing: 'needs more attempts',
    door: 'open',
    boardLost: true,
    packageId: sample.id(10),
    opening: {
      authorisation: sample.uuid(8),
      purpose: 'collect',
      allowedBy: { means: 'grant', id: sample.id(25) },
    },
    last: { ordinal: 1, seq: 77 },
    changedAt: sample.startMs + 9,
  });
  const doorHealth = [sample.doorHealthRow({ opensInMs: 2 ** 33 })];
  for (const row of doorHealth) book.noteDoorHealth(row);
  const slotBody = { size: 'S' as const, features: ['ünïcode "quoted"'], inService: true };
  book.putPlanItem('slot', '4', slotBody);
  book.endPlanItem('booking', sample.id(20));
  book.startEpoch(sample.startMs + 3);
  const log = [sample.logRow(30, 1), sample.logRow(31, 2, { slot: null, setAside: 'unknown kind' })];
  for (const row of log) book.log(row);
  expect(books.takeEffect(sample.uuid(30))).toBe(true);
  book.notify(sample.notificationRow(40, { waitsForRev: 7 }));
  const alarms = [sample.alarm(50, locker)];
  for (const alarm of alarms) book.raise(alarm);
  const { presence, incarnations, slots, bookings, packages, grants, plan } = book;
  return {
    locker: { ...book.locker, freeSlots: 2 },
    presence,
    incarnations: [...incarnations],
    slots: [...slots],
    bookings: [...bookings],
    packages: [...packages],
    grants: [...grants],
    plan: { serverEpoch: sample.startMs + 3, rev: plan.rev },
    planItems: [
      {
        kind: 'slot',
        id: '4',
        rev: 6,
        line: JSON.stringify({ kind: 'slot', id: '4', rev: 6, body: slotBody }),
      },
      { kind: 'booking', id: sample.id(20), rev: 7, line: null },
    ],
    log,
    doorHealth,
    notifications: [{ ...sample.notificationRow(40, { waitsForRev: 7 }), status: 'waiting' }],
    alarms,
  };
}
