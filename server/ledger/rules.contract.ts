import type { LockerId } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { type Bench, bookOf, slotOf } from './bench.contract.ts';
import type { LockerBook } from './locker-book.ts';
import * as sample from './samples.contract.ts';

/** What no ledger lets a decision break, whatever its mistakes. */
export function keepsItsRules(given: () => Bench): void {
  /** Commits on a new locker, which must be refused and leave no trace; other lockers of the batch neither. */
  async function expectRefused(change: (book: LockerBook, locker: LockerId) => void): Promise<void> {
    const { ledger, newLocker, state } = given();
    const [locker, bystander] = [await newLocker(), await newLocker()];
    const before = await state();
    const refused = ledger.commit({ lockers: [bystander, locker] }, (books) => {
      bookOf(books, bystander).startEpoch(sample.startMs + 99);
      change(bookOf(books, locker), locker);
    });
    await expect(refused).rejects.toMatchObject({ name: 'LedgerError', code: 'integrity' });
    expect(await state()).toEqual(before);
  }

  test('one active booking per slot', () =>
    expectRefused((book) => {
      book.putPackage(sample.packageRow(10));
      book.putBooking(sample.bookingRow(20, 10, { slot: 1 }));
      book.putBooking(sample.bookingRow(21, 10, { slot: 1 }));
    }));

  test('one active booking per slot, also against an earlier commit', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    const take = (n: number) =>
      ledger.commit({ lockers: [locker] }, (books) => {
        const book = bookOf(books, locker);
        book.putPackage(sample.packageRow(n));
        book.putBooking(sample.bookingRow(n + 10, n, { slot: 1 }));
      });
    await take(10);
    await expect(take(11)).rejects.toMatchObject({ code: 'integrity' });
  });

  test('active bookings may change places, and a slot may be given on, in one commit', async () => {
    const { ledger, newLocker, stateOf } = given();
    const locker = await newLocker();
    const put = (rows: [n: number, slot: number, status: 'active' | 'displaced'][]) =>
      ledger.commit({ lockers: [locker] }, (books) => {
        const book = bookOf(books, locker);
        for (const [n, slot, status] of rows) {
          if (!book.package(sample.id(n))) book.putPackage(sample.packageRow(n));
          book.putBooking(sample.bookingRow(n + 10, n, { slot, status }));
        }
      });
    await put([
      [10, 1, 'active'],
      [11, 2, 'active'],
      [12, 3, 'active'],
    ]);
    await put([
      [10, 2, 'active'],
      [11, 1, 'active'],
      [13, 3, 'active'],
      [12, 3, 'displaced'],
    ]);
    const { bookings } = await stateOf(locker);
    expect(bookings.map(({ slot, status }) => [slot, status])).toEqual([
      [2, 'active'],
      [1, 'active'],
      [3, 'displaced'],
      [3, 'active'],
    ]);
  });

  test('free slots stay between none and all', () =>
    expectRefused((book) => book.setLocker({ numSlots: 3 })));

  test('free slots are counted with every change', async () => {
    const { ledger, newLocker, stateOf } = given();
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      book.putPackage(sample.packageRow(10));
      book.putBooking(sample.bookingRow(20, 10, { slot: 1 }));
      book.putSlot({ ...slotOf(book, 2), faulty: true });
    });
    expect((await stateOf(locker)).locker.freeSlots).toBe(2);
  });

  test('one live grant per code, which a revoked one may give on', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    const [first, second] = [sample.grantRow(30, 20), sample.grantRow(31, 20, { codeHash: sample.hash(30) })];
    await ledger.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      book.putPackage(sample.packageRow(10));
      book.putBooking(sample.bookingRow(20, 10));
      book.putGrant(first);
    });
    const add = (revokesFirst: boolean) =>
      ledger.commit({ lockers: [locker] }, (books) => {
        const book = bookOf(books, locker);
        book.putGrant(second);
        if (revokesFirst) book.putGrant({ ...first, status: 'revoked' });
      });
    await expect(add(false)).rejects.toMatchObject({ code: 'integrity' });
    await add(true);
  });

  test('one incarnation per ordinal', () =>
    expectRefused((book) => {
      book.putIncarnation(sample.incarnationRow(3));
      book.putIncarnation(sample.incarnationRow(4));
    }));

  test('a fact stands once in the log', () =>
    expectRefused((book) => {
      book.log(sample.logRow(30, 1));
      book.log(sample.logRow(31, 1));
    }));

  test('how a door did is noted once for each fact that tells it', () =>
    expectRefused((book) => {
      book.noteDoorHealth(sample.doorHealthRow());
      book.noteDoorHealth(sample.doorHealthRow({ slot: 2 }));
    }));

  test('a booking has a package, a grant a booking, and both a slot that exists', async () => {
    await expectRefused((book) => book.putBooking(sample.bookingRow(20, 10)));
    await expectRefused((book) => book.putPackage(sample.packageRow(10, { slot: 9 })));
    await expectRefused((book) => {
      book.putPackage(sample.packageRow(10));
      book.putBooking(sample.bookingRow(20, 10, { slot: 9 }));
    });
    await expectRefused((book) => book.putGrant(sample.grantRow(30, 20)));
  });

  test('a text that cannot be stored is refused, not retried for ever', async () => {
    await expectRefused((book) => book.putPackage(sample.packageRow(10, { trackingId: 'a\0b' })));
    await expectRefused((book) => book.putPackage(sample.packageRow(10, { trackingId: 'a\ud800b' })));
  });

  test('a locker is registered once', async () => {
    const { newLocker, register, state } = given();
    const locker = await newLocker();
    const before = await state();
    await expect(register(sample.registration(locker, 2))).rejects.toMatchObject({ code: 'integrity' });
    expect(await state()).toEqual(before);
  });
}
