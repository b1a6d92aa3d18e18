import pg from 'pg';
import { expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import type { LedgerNews } from './ledger.ts';
import { newsFeed } from './postgres-news.ts';

/** A feed whose database is away, and a clock that tells of each new attempt that is put off. */
function feedWithoutDatabase() {
  const clock = manualClock();
  const delaysMs: number[] = [];
  let putOff = () => {};
  const feed = newsFeed({
    newClient: () => new pg.Client({ host: '/nonexistent' }),
    clock: {
      ...clock,
      after(delayMs, run) {
        delaysMs.push(delayMs);
        putOff();
        return clock.after(delayMs, run);
      },
    },
  });
  const nextPutOff = () =>
    new Promise<void>((resolve) => {
      putOff = resolve;
    });
  return { clock, feed, delaysMs, nextPutOff };
}

test('tries again later and later while the database is away, and no more once closed', async () => {
  const { clock, feed, delaysMs, nextPutOff } = feedWithoutDatabase();
  let failed = nextPutOff();
  feed.subscribe(() => {});
  await failed;
  for (let tries = 0; tries < 8; tries += 1) {
    failed = nextPutOff();
    clock.advance(10_000);
    await failed;
  }
  expect(delaysMs).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  await feed.close();
  expect(clock.pending()).toBe(0);
});

test('brings news of commits made here meanwhile', async () => {
  const { feed } = feedWithoutDatabase();
  const heard = new Promise<LedgerNews>((resolve) => {
    feed.subscribe(resolve);
  });
  feed.committed([{ kind: 'plan', locker: 'gb-00000001' }]);
  expect(await heard).toEqual({ kind: 'plan', locker: 'gb-00000001' });
  await feed.close();
});

test('connects for nobody when nobody listens', async () => {
  const { clock, feed, delaysMs } = feedWithoutDatabase();
  feed.committed([{ kind: 'alarm' }]);
  await feed.close();
  expect([delaysMs, clock.pending()]).toEqual([[], 0]);
});
