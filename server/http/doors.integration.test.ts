import type { LockerId } from '@latchwork/shared';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTestParts, type TestParts } from '../access/testing.ts';
import type { LockerBook } from '../ledger/index.ts';
import { forgetDoorHealth } from '../ops/index.ts';
import { testApp } from './testing.ts';

let parts: TestParts;
let app: FastifyInstance;

beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  ({ app } = await testApp(parts));
});
afterAll(async () => {
  await app.close();
  await parts.stop();
});

function change(lockerId: LockerId, decide: (book: LockerBook) => void): Promise<void> {
  return parts.ledger.commit({ lockers: [lockerId] }, (books) => decide(books.of(lockerId)!));
}

let seq = 0;
const health = { openings: 10, firstOpens: 9, pulses: 12, stuck: 0, opensInMs: 300 };
const dayMs = 86_400_000;
/** @param daysAgo below 0 for ahead */
const note = (book: LockerBook, slot: number, daysAgo: number, change: Partial<typeof health> = {}) => {
  seq += 1;
  const day = new Date(parts.clock.nowMs() - daysAgo * dayMs).toISOString().slice(0, 10);
  book.noteDoorHealth({ slot, day, ...health, ...change, ordinal: 1, seq });
};
const doors = async (lockerId: LockerId) => (await app.inject(`/v1/ops/lockers/${lockerId}/doors`)).json();

test('in 7 and in 30 days, the worst door first, with what stands in its way', async () => {
  const lockerId = await parts.activeLocker();
  await change(lockerId, (book) => {
    note(book, 1, 0);
    // Told twice of one day: both count.
    note(book, 2, 6, { openings: 6, firstOpens: 6, stuck: 0, opensInMs: 200 });
    note(book, 2, 6, { openings: 4, firstOpens: 4, stuck: 0, opensInMs: 200 });
    note(book, 2, 7, { openings: 30, firstOpens: 2, stuck: 10, opensInMs: 500 });
    note(book, 2, 29, { openings: 0, firstOpens: 0, stuck: 0 });
    // Too long ago, and by a clock gone mad.
    note(book, 2, 30, { openings: 99, firstOpens: 0 });
    note(book, 2, -9, { openings: 99, firstOpens: 0 });
    book.putSlot({ ...book.slot(3)!, faulty: true, faultReason: 'flapping', door: 'unknown' });
    book.putSlot({ ...book.slot(4)!, wearing: 'opens later', door: 'closed', boardLost: true });
  });
  const answer = await doors(lockerId);
  expect(answer.doors.map((door: { slot: number }) => door.slot)).toEqual([3, 4, 2, 1]);
  expect(answer.doors).toMatchObject([
    { faulty: true, faultReason: 'flapping', door: 'unknown', days30: { openings: 0, opensInMs: null } },
    { wearing: 'opens later', door: 'unknown', boardLost: true, days7: { firstOpenPercent: null } },
    {
      size: 'S',
      days7: { openings: 10, stuck: 0, firstOpenPercent: 100, opensInMs: 200 },
      days30: { openings: 40, stuck: 10, firstOpenPercent: 30, opensInMs: 400 },
    },
    { days7: { openings: 10, firstOpenPercent: 90, opensInMs: 300 } },
  ]);
  expect(answer.site.days30).toMatchObject({ openings: 50, firstOpenPercent: 42 });
  expect((await app.inject('/v1/ops/lockers/gb-00000000/doors')).statusCode).toBe(404);
});

test('are forgotten after their time, day by day', async () => {
  const lockerId = await parts.activeLocker();
  await change(lockerId, (book) => {
    for (const daysAgo of [0, 3, 4]) note(book, 1, daysAgo);
  });
  await forgetDoorHealth(parts.db, parts.clock.nowMs() - 3 * dayMs);
  expect((await doors(lockerId)).doors[0].days30).toMatchObject({ openings: 20 });
});

test('whatever a locker claims', async () => {
  const lockerId = await parts.activeLocker();
  const most = Number.MAX_SAFE_INTEGER;
  await change(lockerId, (book) => {
    for (const day of [0, 1])
      note(book, 1, day, { openings: most, firstOpens: most, stuck: most - 1, opensInMs: most });
    note(book, 2, 0, { openings: 1, firstOpens: 7, stuck: 9 });
  });
  const { doors: found } = await doors(lockerId);
  const one = (slot: number) => found.find((door: { slot: number }) => door.slot === slot);
  expect(one(1).days7).toMatchObject({ openings: most, firstOpenPercent: 100, opensInMs: most });
  expect(one(2).days7).toMatchObject({ firstOpenPercent: 100, opensInMs: null });
});

test('at a site with several lockers, together', async () => {
  const [one, other] = [await parts.activeLocker(), await parts.activeLocker()];
  await parts.pool.query(
    'UPDATE locker SET location_id = (SELECT location_id FROM locker WHERE locker_id = $1) WHERE locker_id = $2',
    [one, other],
  );
  await change(one, (book) => note(book, 1, 0, { openings: 10, firstOpens: 10 }));
  await change(other, (book) => note(book, 1, 0, { openings: 30, firstOpens: 10 }));
  const answer = await doors(one);
  expect(answer.doors[0].days7).toMatchObject({ openings: 10 });
  expect(answer.site.days7).toMatchObject({ openings: 40, firstOpenPercent: 50 });
});
