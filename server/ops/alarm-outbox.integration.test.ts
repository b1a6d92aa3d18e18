import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { realClock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { testId } from '../events/testing.ts';
import { publishAlarms } from './alarm-outbox.ts';

let database: TestDatabase<Tables>;
beforeAll(async () => {
  database = await createTestDatabase<Tables>(inject('postgres'));
});
afterAll(() => database.drop());

const at = { nowMs: realClock().nowMs(), limit: 2 };

function raise(...numbers: number[]): Promise<unknown> {
  const rows = numbers.map((n) => ({
    alarm_id: testId(n).slice(3),
    locker_id: 'gb-7k3m9x2p',
    country: 'gb',
    slot_number: n === 1 ? null : n,
    alarm: 'door stuck',
    at: new Date(1_000 + n),
    detail: `alarm ${n}`,
  }));
  return database.db.insertInto('alarm').values(rows).execute();
}

test('the oldest first, each once; what one process holds the other skips; what was not taken stays', async () => {
  await raise(1, 2, 3, 4, 5);
  const told: string[] = [];
  let other: Promise<unknown> = Promise.resolve();
  const round = await publishAlarms(
    database.db,
    async ({ detail }) => {
      if (detail === 'alarm 1')
        other = publishAlarms(
          database.db,
          async (alarm) => {
            told.push(`other: ${alarm.detail}`);
            return alarm.slot !== 4;
          },
          at,
        );
      await other;
      told.push(detail);
      return true;
    },
    at,
  );
  expect(round).toEqual({ published: 2, full: true });
  expect(await other).toEqual({ published: 1, full: false });
  expect(told.sort()).toEqual(['alarm 1', 'alarm 2', 'other: alarm 3', 'other: alarm 4']);
  const left: unknown[] = [];
  const rest = await publishAlarms(
    database.db,
    async (alarm) => {
      left.push(alarm);
      return true;
    },
    { ...at, limit: 10 },
  );
  expect(left).toMatchObject([{ detail: 'alarm 4' }, { v: 1, slot: 5, alarm: 'door stuck', at: 1_005 }]);
  expect(rest).toEqual({ published: 2, full: false });
});
