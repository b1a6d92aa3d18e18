import type { LockerId } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { type Bench, bookOf } from './bench.contract.ts';
import type { Ledger, LedgerNews } from './ledger.ts';
import * as sample from './samples.contract.ts';

/** What the ledger says to others: the plan's lines, notifications that fall due, and news of commits. */
export function tellsWhatItHolds(given: () => Bench): void {
  test('the plan since a revision is in order, tombstones included', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      book.putPlanItem('slot', '2', { size: 'M', features: [], inService: false });
      book.endPlanItem('slot', '1');
      book.putPlanItem('slot', '2', { size: 'M', features: [], inService: true });
    });
    const delta = await ledger.planSince(locker, 5);
    expect(delta).toEqual({
      serverEpoch: sample.startMs,
      rev: 8,
      items: [
        { kind: 'slot', id: '1', rev: 7, line: null },
        { kind: 'slot', id: '2', rev: 8, line: expect.stringContaining('"inService":true') },
      ],
    });
    const snapshot = await ledger.planSince(locker, 0);
    expect(snapshot.items.map(({ kind, id, rev }) => [kind, id, rev])).toEqual([
      ['slot', '3', 3],
      ['slot', '4', 4],
      ['policy', 'locker', 5],
      ['slot', '2', 8],
    ]);
    expect(snapshot.items.every(({ line, rev }) => line?.includes(`"rev":${rev},`))).toBe(true);
    expect((await ledger.planSince(locker, 8)).items).toEqual([]);
    expect(await ledger.planSince('gb-zzzzzzzz', 0)).toEqual({ serverEpoch: 0, rev: 0, items: [] });
  });

  test('a notification waits until its locker confirms the revision under the epoch in force', async () => {
    const { ledger, newLocker, state } = given();
    const [locker, other] = [await newLocker(), await newLocker()];
    await ledger.commit({ lockers: [locker, other] }, (books) => {
      const book = bookOf(books, locker);
      book.notify(sample.notificationRow(40));
      book.notify(sample.notificationRow(41, { waitsForRev: 5 }));
      book.notify(sample.notificationRow(42, { waitsForRev: 6 }));
      book.notify(sample.notificationRow(43, { waitsForRev: 5, superseded: true }));
      bookOf(books, other).notify(sample.notificationRow(44, { waitsForRev: 5 }));
    });
    const statuses = async () =>
      (await state()).lockers.flatMap(({ notifications }) => notifications.map(({ status }) => status));
    const confirm = (change: Parameters<typeof sample.presenceRow>[0]) =>
      ledger.commit({ lockers: [locker] }, (books) =>
        bookOf(books, locker).setPresence(sample.presenceRow(change)),
      );
    expect(await statuses()).toEqual(['pending', 'waiting', 'waiting', 'superseded', 'waiting']);
    await confirm({ confirmedEpoch: sample.startMs - 1, confirmedRev: 9 });
    expect(await statuses()).toEqual(['pending', 'waiting', 'waiting', 'superseded', 'waiting']);
    await confirm({ confirmedRev: 5 });
    expect(await statuses()).toEqual(['pending', 'pending', 'waiting', 'superseded', 'waiting']);
    await confirm({ confirmedRev: 6 });
    expect(await statuses()).toEqual(['pending', 'pending', 'pending', 'superseded', 'waiting']);
  });

  test('a notification whose revision is confirmed already, or in the same commit, is due at once', async () => {
    const { ledger, newLocker, stateOf } = given();
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      book.notify(sample.notificationRow(40, { waitsForRev: 5 }));
      book.setPresence(sample.presenceRow({ confirmedRev: 5 }));
    });
    await ledger.commit({ lockers: [locker] }, (books) =>
      bookOf(books, locker).notify(sample.notificationRow(41, { waitsForRev: 4 })),
    );
    const { notifications } = await stateOf(locker);
    expect(notifications.map(({ status }) => status)).toEqual(['pending', 'pending']);
  });

  test('news follow a commit, and only a commit', async () => {
    const { ledger, newLocker } = given();
    const [quiet, loud] = [await newLocker(), await newLocker()];
    const news = hear(ledger, (item) => item.kind === 'events' && item.locker === loud);
    const failed = ledger.commit({ lockers: [quiet] }, (books) => {
      bookOf(books, quiet).startEpoch(sample.startMs + 1);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await ledger.commit({ lockers: [quiet] }, () => undefined);
    await ledger.commit({ lockers: [loud, quiet] }, (books) => {
      const book = bookOf(books, loud);
      book.raise(sample.alarm(50, loud));
      book.notify(sample.notificationRow(40));
      book.endPlanItem('grant', 'g');
      book.log(sample.logRow(30, 1));
      expect(news.heard.filter(ofLocker(loud))).toEqual([]);
    });
    await news.done;
    expect(news.heard).toEqual(expect.arrayContaining([{ kind: 'plan', locker: loud }]));
    expect(news.heard.filter(ofLocker(quiet))).toEqual([]);
  });

  test('a released notification is news, and who stopped listening hears nothing', async () => {
    const { ledger, newLocker } = given();
    const locker = await newLocker();
    await ledger.commit({ lockers: [locker] }, (books) =>
      bookOf(books, locker).notify(sample.notificationRow(40, { waitsForRev: 5 })),
    );
    const heardAfterStop: LedgerNews[] = [];
    ledger.onCommitted((item) => heardAfterStop.push(item))();
    const news = hear(ledger, (item) => item.kind === 'notification');
    await ledger.commit({ lockers: [locker] }, (books) =>
      bookOf(books, locker).setPresence(sample.presenceRow({ confirmedRev: 5 })),
    );
    await news.done;
    expect(heardAfterStop).toEqual([]);
  });

  test('news of very many lockers arrive whole', async () => {
    const { ledger, register } = given();
    const lockers = Array.from(
      { length: 600 },
      (_, n) => `gb-abcdefghijkl-${n.toString(36).padStart(8, '0')}`,
    );
    for (const locker of lockers) await register(sample.registration(locker, 1));
    const heard = new Set<LockerId>();
    const news = hear(ledger, (item) => {
      if (item.kind === 'plan') heard.add(item.locker);
      return heard.size === lockers.length;
    });
    await ledger.commit({ lockers }, (books) => {
      for (const locker of lockers) bookOf(books, locker).endPlanItem('grant', 'g');
    });
    await news.done;
  });
}

function hear(ledger: Ledger, isLast: (item: LedgerNews) => boolean) {
  const heard: LedgerNews[] = [];
  const done = new Promise<void>((resolve) => {
    const stop = ledger.onCommitted((item) => {
      heard.push(item);
      if (!isLast(item)) return;
      stop();
      resolve();
    });
  });
  return { heard, done };
}

function ofLocker(locker: LockerId) {
  return (item: LedgerNews) => 'locker' in item && item.locker === locker;
}
