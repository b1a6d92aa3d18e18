import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Clock, realClock } from '../clock.ts';
import { type OpenDatabase, openDatabase } from './connect.ts';
import { isConnectionError, isIntegrityError, isSerializationError } from './sql-state.ts';
import { socketUrl } from './target.ts';
import { createTestDatabase, silentLogger, type TestDatabase } from './testing.ts';
import { inTransaction } from './transaction.ts';

let database: TestDatabase<unknown>;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgres'), { template: 'template0' });
  await database.pool.query('create table slot (id integer primary key, holder text)');
});

afterAll(() => database.drop());

function open(url: string, clock: Clock = realClock(), patienceMs = 0) {
  return openDatabase({ url, dataDir: '/nowhere', logger: silentLogger, clock, patienceMs });
}

describe('a database by URL', () => {
  let opened: OpenDatabase<{ slot: { id: number; holder: string | null } }>;

  beforeEach(async () => {
    opened = await openDatabase({
      url: database.url,
      dataDir: '/nowhere',
      logger: silentLogger,
      clock: realClock(),
    });
    await opened.db.deleteFrom('slot').execute();
  });

  afterEach(() => opened.close());

  test('answers queries, with numbers and dates as they were meant', async () => {
    await opened.db.insertInto('slot').values({ id: 1, holder: 'anna' }).execute();
    expect(await opened.db.selectFrom('slot').selectAll().execute()).toEqual([{ id: 1, holder: 'anna' }]);
    const { rows } = await opened.pool.query(
      `select 9007199254740991 as safe, '2024-02-29'::date as day, to_timestamp(1.5) as at`,
    );
    expect(rows).toEqual([{ safe: 9007199254740991, day: '2024-02-29', at: new Date(1_500) }]);
    await expect(opened.pool.query('select 9007199254740993 as unsafe')).rejects.toThrow(RangeError);
  });

  test('tells a refused row from a lost race', async () => {
    await opened.db.insertInto('slot').values({ id: 1, holder: null }).execute();
    const twice = opened.db.insertInto('slot').values({ id: 1, holder: null }).execute();
    expect(isIntegrityError(await twice.catch((error: unknown) => error))).toBe(true);

    const raced = inTransaction(opened.pool, async (first) => {
      await first.query('set transaction isolation level repeatable read');
      await first.query('select * from slot');
      await opened.pool.query(`update slot set holder = 'second'`);
      await first.query(`update slot set holder = 'first'`);
    });
    expect(isSerializationError(await raced.catch((error: unknown) => error))).toBe(true);
    expect(await opened.db.selectFrom('slot').select('holder').execute()).toEqual([{ holder: 'second' }]);
  });

  test('survives a connection that breaks while it is lent out, and then works on', async () => {
    const broken = inTransaction(opened.pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const isClosed = new Promise((resolve) => client.once('end', resolve));
      await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await isClosed;
      await client.query('insert into slot values (7)');
    });
    expect(isConnectionError(await broken.catch((error: unknown) => error))).toBe(true);
    expect((await sql<{ n: number }>`select count(*) as n from slot`.execute(opened.db)).rows).toEqual([
      { n: 0 },
    ]);
  });

  test('hears notifications on a connection apart', async () => {
    const listener = opened.newClient();
    await listener.connect();
    const heard = new Promise((resolve) => listener.once('notification', ({ payload }) => resolve(payload)));
    await listener.query('listen doors');
    await opened.pool.query(`notify doors, 'slot 7'`);
    expect(await heard).toBe('slot 7');
    await listener.end();
  });

  test('closes once, however often it is asked', async () => {
    await Promise.all([opened.close(), opened.close()]);
    await expect(opened.pool.query('select 1')).rejects.toThrow();
  });
});

describe('at the start', () => {
  test.each(['mysql://u:hunter2@h/d', 'not a url hunter2', 'postgresql://u:hunter2@[bad/d'])(
    'a wrong URL is refused without repeating it: %s',
    async (url) => {
      const error = await open(url).catch((thrown: unknown) => thrown as Error);
      expect(error).toMatchObject({ code: 'databaseUrlInvalid' });
      expect(JSON.stringify([(error as Error).message, (error as Error).cause])).not.toContain('hunter2');
    },
  );

  test('a server that does not answer is named, without the password', async () => {
    // Port 1 is reserved (tcpmux) and nothing listens there.
    const error = await open('postgresql://anna:hunter2@127.0.0.1:1/parcels').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'databaseUnreachable',
      message: expect.stringMatching(/127\.0\.0\.1:1\/parcels \(.*ECONNREFUSED.*correct DATABASE_URL/),
    });
    expect((error as Error).message).not.toContain('hunter2');
  });

  test('a server that refuses is not waited for', async () => {
    const { socketFolder, user } = inject('postgres');
    const clock = { ...realClock(), after: () => expect.unreachable('it waited') };
    const opening = open(socketUrl(socketFolder, user, 'no_such_database'), clock, 60_000);
    await expect(opening).rejects.toMatchObject({
      code: 'databaseRefused',
      message: expect.stringContaining('database "no_such_database" does not exist'),
    });
  });

  test('a server that comes up late is waited for', async () => {
    const { socketFolder, user } = inject('postgres');
    const folder = await mkdtemp(path.join(tmpdir(), 'late-'));
    const late = path.join(folder, 'run');
    let pauses = 0;
    const clock: Clock = {
      nowMs: () => Date.now(),
      after(_, run) {
        pauses += 1;
        if (pauses === 3) void symlink(socketFolder, late).then(run);
        else setImmediate(run);
        return () => {};
      },
    };
    const opened = await open(socketUrl(late, user, database.name), clock, 60_000);
    expect(pauses).toBe(3);
    await opened.close();
    await rm(folder, { recursive: true });
  });

  test('a database of another encoding is refused', async () => {
    const { socketFolder, user } = inject('postgres');
    const name = `${database.name}_ascii`;
    await database.pool.query(
      `create database ${name} template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
    );
    await expect(open(socketUrl(socketFolder, user, name))).rejects.toMatchObject({
      code: 'databaseRefused',
      message: expect.stringContaining('SQL_ASCII'),
    });
    await database.pool.query(`drop database ${name}`);
  });
});
