import type { LockerId } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { type Bench, bookOf } from './bench.contract.ts';
import { LedgerError } from './ledger.ts';
import * as sample from './samples.contract.ts';

/** Commits that meet: at one locker, at one effect, at one request. */
export function commitsOverlap(given: () => Bench): void {
  test('take turns at one locker: no revision is given twice', async () => {
    const { ledger, newLocker, stateOf } = given();
    const locker = await newLocker();
    const revs = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        ledger.commit({ lockers: [locker] }, (books) => bookOf(books, locker).endPlanItem('grant', `g${n}`)),
      ),
    );
    expect(revs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 6));
    expect((await stateOf(locker)).plan.rev).toBe(17);
  });

  test('lock in one order, whatever order they ask in', async () => {
    const { ledger, newLocker, stateOf } = given();
    const lockers: LockerId[] = [];
    for (let n = 0; n < 5; n += 1) lockers.push(await newLocker());
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => {
        const turned = [...lockers.slice(n % 5), ...lockers.slice(0, n % 5)];
        const asked = (n % 2 === 0 ? turned : turned.reverse()).slice(0, 4);
        return ledger.commit({ lockers: asked }, (books) => {
          for (const locker of asked) bookOf(books, locker).endPlanItem('grant', `g${n}`);
        });
      }),
    );
    const revs = await Promise.all(lockers.map(async (locker) => (await stateOf(locker)).plan.rev));
    expect(revs.reduce((sum, rev) => sum + rev - 5, 0)).toBe(30 * 4);
  });

  test('take an effect once, ever', async () => {
    const { ledger, newLocker, state } = given();
    const [one, two] = [await newLocker(), await newLocker()];
    const event = sample.uuid(30);
    const take = (locker: LockerId) =>
      retried(() =>
        ledger.commit({ lockers: [locker], events: [event] }, (books) => [
          books.takeEffect(event),
          books.takeEffect(event),
        ]),
      );
    const taken = await Promise.all([one, two, one, two, one].map(take));
    expect(taken.flat().filter((isTaken) => isTaken)).toHaveLength(1);
    expect(await take(one)).toEqual([false, false]);
    expect((await state()).effects).toEqual([event]);
  });

  test('do not spend an effect that rolls back', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    const load = { lockers: [locker], events: [sample.uuid(30)] };
    const failed = ledger.commit(load, (books) => {
      books.takeEffect(sample.uuid(30));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await ledger.commit(load, (books) => books.takeEffect(sample.uuid(30)))).toBe(true);
  });

  test('of many lockers note whose effect it is by the log', async () => {
    const { ledger, newLocker, state } = given();
    const lockers = [await newLocker(), await newLocker()];
    const load = { lockers, events: [sample.uuid(30), sample.uuid(31)] };
    await ledger.commit(load, (books) => {
      for (const [n, locker] of lockers.entries()) {
        bookOf(books, locker).log(sample.logRow(30 + n, 1));
        books.takeEffect(sample.uuid(30 + n));
      }
    });
    expect((await state()).effects).toEqual(load.events);
    const ownerless = ledger.commit({ lockers, events: [sample.uuid(32)] }, (books) =>
      books.takeEffect(sample.uuid(32)),
    );
    await expect(ownerless).rejects.toThrow('no locker logs it');
  });

  test('keep the first answer to a request, by owner and key', async () => {
    const { ledger, newLocker } = given();
    const lockers = [await newLocker(), await newLocker(), await newLocker()];
    const ask = (owner: string, key: string, locker: LockerId) => {
      const idempotency = { owner, key, nowMs: sample.startMs };
      return ledger.commit({ lockers: [locker], idempotency }, (books) => {
        const before = books.answered();
        if (!before) books.answer('request', locker);
        return before;
      });
    };
    const found = await Promise.all(lockers.map((locker) => ask('owner', 'key', locker)));
    const given1 = found.filter((answer) => answer !== undefined);
    expect(given1).toHaveLength(2);
    expect(given1[0]).toEqual(given1[1]);
    expect(given1[0]?.requestHash).toBe('request');
    expect(await ask('owner', 'other key', lockers[0] as LockerId)).toBeUndefined();
    expect(await ask('other owner', 'key', lockers[0] as LockerId)).toBeUndefined();
  });

  test('do not answer where nothing was asked, nor twice', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    const unasked = ledger.commit({ lockers: [locker] }, (books) => books.answer('hash', 'answer'));
    await expect(unasked).rejects.toThrow('none was asked for');
    const idempotency = { owner: 'a', key: 'k', nowMs: 1 };
    await ledger.commit({ lockers: [locker], idempotency }, (books) => books.answer('hash', 'answer'));
    const again = ledger.commit({ lockers: [locker], idempotency }, (books) => books.answer('hash', 'other'));
    await expect(again).rejects.toThrow('second one');
  });
}

/** As a caller does it: overlapping work won, so the decision is made anew on what is there now. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'unavailable' || tries === 5) throw error;
    }
}
