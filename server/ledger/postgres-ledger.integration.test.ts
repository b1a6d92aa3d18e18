import * as fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { realClock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import { breakOthers, createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { bookOf, slotOf } from './bench.contract.ts';
import { ledgerContract } from './ledger.contract.ts';
import type { LedgerNews } from './ledger.ts';
import { memoryLedger } from './memory-ledger.ts';
import { type PostgresLedger, postgresLedger } from './postgres-ledger.ts';
import { postgresState } from './postgres-state.ts';
import { randomLockers, randomSteps, takeStep } from './random.contract.ts';
import { registerLocker } from './register-locker.ts';
import * as sample from './samples.contract.ts';

let database: TestDatabase<Tables>;
let ledger: PostgresLedger;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgres'));
  ledger = newLedger();
});

afterAll(async () => {
  await ledger.close();
  await database.drop();
});

function newLedger(options: { lockTimeoutMs?: number } = {}): PostgresLedger {
  const newClient = () => new pg.Client({ connectionString: database.url });
  return postgresLedger({ pool: database.pool, newClient, clock: realClock(), ...options });
}

/** References first. Deleting a few rows is several times as fast as truncating a table. */
const tables = `locker_event_log effect notification_event alarm idempotency access_grant booking package
  presence cursor plan_item plan_head door_health occupancy locker_slot slot_version locker location`.split(
  /\s+/,
);

async function empty(): Promise<void> {
  await database.pool.query(tables.map((table) => `DELETE FROM ${table}`).join('; '));
}

describe('the ledger on PostgreSQL', () => {
  ledgerContract(async () => {
    await empty();
    await ledger.close();
    // Lockers of the same ids begin anew, so nothing may be remembered of the former ones.
    ledger = newLedger();
    return {
      ledger,
      register: (registration) => registerLocker(database.pool, registration),
      state: () => postgresState(database.db),
    };
  });

  test('does with random decisions what the one in memory does', async () => {
    await fc.assert(
      fc.asyncProperty(randomSteps, async (steps) => {
        await empty();
        const memory = memoryLedger();
        for (const locker of randomLockers) {
          await registerLocker(database.pool, sample.registration(locker));
          memory.register(sample.registration(locker));
        }
        for (const [index, step] of steps.entries()) {
          const expected = await takeStep(memory, step, index);
          expect(await takeStep(ledger, step, index)).toEqual(expected);
        }
        expect(await postgresState(database.db)).toEqual(memory.state());
      }),
      { numRuns: 40 },
    );
  });
});

describe('one effect taken at two lockers at once', () => {
  test('goes to one; the other is unavailable, and finds it taken when rerun', async () => {
    await empty();
    const lockers = ['gb-00000001', 'gb-00000002'];
    for (const locker of lockers) await registerLocker(database.pool, sample.registration(locker));
    const take = (locker: string) =>
      ledger.commit({ lockers: [locker], events: [sample.uuid(30)] }, (books) =>
        books.takeEffect(sample.uuid(30)),
      );
    const client = await database.pool.connect();
    // Both read that nobody took it, and are held up before they write.
    await client.query('BEGIN; LOCK TABLE effect IN SHARE MODE');
    const taken = Promise.allSettled(lockers.map(take));
    while ((await waiting('SELECT FROM')) < lockers.length);
    await client.query('COMMIT');
    client.release();
    const results = await taken;
    expect(results.filter(({ status }) => status === 'fulfilled')).toEqual([
      { status: 'fulfilled', value: true },
    ]);
    expect(results).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ name: 'LedgerError', code: 'unavailable' }),
    });
    expect(await Promise.all(lockers.map(take))).toEqual([false, false]);
  });
});

describe('news between processes', () => {
  test('reach another ledger, also after its connection broke', async () => {
    await empty();
    await registerLocker(database.pool, sample.registration('gb-00000001'));
    const other = newLedger();
    const heard: LedgerNews[] = [];
    let wake = () => {};
    const next = (kind: LedgerNews['kind']) =>
      new Promise<void>((resolve) => {
        wake = () => heard.some((item) => item.kind === kind) && resolve();
        wake();
      });
    other.onCommitted((item) => {
      heard.push(item);
      wake();
    });
    // A new connection begins with what may have been missed.
    await next('alarm');
    await ledger.commit({ lockers: ['gb-00000001'] }, (books) =>
      bookOf(books, 'gb-00000001').endPlanItem('grant', 'g'),
    );
    await next('plan');
    heard.length = 0;
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    await next('alarm');
    await ledger.commit({ lockers: ['gb-00000001'] }, (books) =>
      bookOf(books, 'gb-00000001').log(sample.logRow(30, 1)),
    );
    await next('events');
    await other.close();
  });
});

describe('slots that are remembered', () => {
  const locker = 'gb-00000001';
  const faulty = (of: PostgresLedger) =>
    of.commit({ lockers: [locker] }, (books) => bookOf(books, locker).slots.map((slot) => slot.faulty));
  const spoil = (of: PostgresLedger, slot: number) =>
    of.commit({ lockers: [locker] }, (books) => {
      const book = bookOf(books, locker);
      book.putSlot({ ...slotOf(book, slot), faulty: true });
    });

  test('are read again when another process changed them, through a ledger or not', async () => {
    await empty();
    await registerLocker(database.pool, sample.registration(locker));
    const other = newLedger();
    await spoil(ledger, 1);
    expect(await faulty(other)).toEqual([true, false, false, false]);
    await spoil(other, 2);
    expect(await faulty(ledger)).toEqual([true, true, false, false]);
    await database.pool.query("UPDATE occupancy SET faulty = true WHERE slot_id = 'gb-00000001:3'");
    expect(await faulty(ledger)).toEqual([true, true, true, false]);
    await database.pool.query("UPDATE locker_slot SET status = 'blocked' WHERE slot_id = 'gb-00000001:4'");
    const status = await other.commit(
      { lockers: [locker] },
      (books) => slotOf(bookOf(books, locker), 4).status,
    );
    expect(status).toBe('blocked');
    await other.close();
  });

  test('are not missed when somebody who did not lock the locker changes them meanwhile', async () => {
    await empty();
    await registerLocker(database.pool, sample.registration(locker));
    await faulty(ledger);
    const client = await database.pool.connect();
    await client.query("BEGIN; UPDATE occupancy SET faulty = true WHERE slot_id = 'gb-00000001:3'");
    const spoilt = spoil(ledger, 2);
    while ((await waiting('SELECT FROM')) === 0);
    await client.query('COMMIT');
    client.release();
    await spoilt;
    expect(await faulty(ledger)).toEqual([false, true, true, false]);
  });

  test('are not read again while their version stands, unless a new connection was made', async () => {
    await empty();
    await registerLocker(database.pool, sample.registration(locker));
    await spoil(ledger, 1);
    // As a database would look that took over from a newer one: other rows, the same version.
    await database.pool.query(
      `ALTER TABLE occupancy DISABLE TRIGGER USER; UPDATE occupancy SET faulty = false;
       ALTER TABLE occupancy ENABLE TRIGGER USER`,
    );
    expect(await faulty(ledger)).toEqual([true, false, false, false]);
    await endConnections();
    expect(await faulty(ledger)).toEqual([false, false, false, false]);
  });
});

describe('a database in trouble', () => {
  test('that is out of reach is unavailable', async () => {
    const pool = new pg.Pool({ host: '/nonexistent', database: 'none' });
    const unreachable = postgresLedger({ pool, newClient: () => new pg.Client(), clock: realClock() });
    await expect(unreachable.commit({ lockers: [] }, () => undefined)).rejects.toMatchObject({
      name: 'LedgerError',
      code: 'unavailable',
    });
    await expect(unreachable.planSince('gb-00000001', 0)).rejects.toMatchObject({ code: 'unavailable' });
    await pool.end();
  });

  test('that ends the connection within a commit is unavailable, and nothing is written', async () => {
    await empty();
    await registerLocker(database.pool, sample.registration('gb-00000001'));
    const before = await postgresState(database.db);
    await whileHeld('plan_head', async () => {
      const cut = ledger.commit({ lockers: ['gb-00000001'] }, (books) => {
        bookOf(books, 'gb-00000001').setLocker({ name: 'never' });
        bookOf(books, 'gb-00000001').endPlanItem('grant', 'g');
      });
      // The name is written and the plan's head waited for when the connection ends.
      await Promise.all([expect(cut).rejects.toMatchObject({ code: 'unavailable' }), endWaiting()]);
    });
    expect(await postgresState(database.db)).toEqual(before);
  });

  test('that holds a locker too long is unavailable', async () => {
    await empty();
    await registerLocker(database.pool, sample.registration('gb-00000001'));
    const impatient = newLedger({ lockTimeoutMs: 20 });
    await whileHeld('locker', async () => {
      const held = impatient.commit({ lockers: ['gb-00000001'] }, () => undefined);
      await expect(held).rejects.toMatchObject({ name: 'LedgerError', code: 'unavailable' });
    });
    await impatient.commit({ lockers: ['gb-00000001'] }, () => undefined);
  });
});

async function whileHeld(table: string, work: () => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query(`BEGIN; SELECT FROM ${table} FOR UPDATE`);
    await work();
    await client.query('ROLLBACK');
  } finally {
    client.release();
  }
}

/** Ends those of the pool, and resolves when it has noticed. */
async function endConnections(): Promise<void> {
  const client = await database.pool.connect();
  const others = database.pool.totalCount - 1;
  let removed = 0;
  const noticed = new Promise<void>((resolve) => {
    if (others === 0) resolve();
    database.pool.on('remove', () => {
      removed += 1;
      if (removed === others) resolve();
    });
  });
  await client.query(breakOthers);
  await noticed;
  client.release(true);
}

async function endWaiting(): Promise<void> {
  while ((await waiting('SELECT pg_terminate_backend(pid) FROM')) === 0);
}

/** How many connections wait for a lock. */
async function waiting(select: string): Promise<number> {
  const { rowCount } = await database.pool.query(
    `${select} pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return rowCount ?? 0;
}
