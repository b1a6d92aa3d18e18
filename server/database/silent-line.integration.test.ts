import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { realClock } from '../clock.ts';
import { type OpenDatabase, openDatabase } from './connect.ts';
import { migrate } from './migrate.ts';
import { isConnectionError } from './sql-state.ts';
import { createTestDatabase, silentLogger, type TestDatabase } from './testing.ts';
import { inTransaction } from './transaction.ts';

const queryTimeoutMs = 1_000;
let database: TestDatabase<unknown>;
let opened: OpenDatabase<unknown>;
let line: { server: Server; sockets: Set<Socket>; freeze(): void };

beforeEach(async () => {
  database = await createTestDatabase(inject('postgres'), { template: 'template0' });
  line = await startLine(inject('postgres').socketFolder);
  const { port } = line.server.address() as AddressInfo;
  opened = await openDatabase({
    url: `postgresql://${inject('postgres').user}@127.0.0.1:${port}/${database.name}`,
    dataDir: '/nowhere',
    logger: silentLogger,
    clock: realClock(),
    poolMax: 1,
    queryTimeoutMs,
  });
});

afterEach(async () => {
  for (const socket of line.sockets) socket.destroy();
  await opened.close();
  line.server.close();
  await database.drop();
});

test.each([
  ['a statement of the pool', () => opened.pool.query('select 1')],
  ['a built statement', () => sql`select 1`.execute(opened.db)],
  ['a transaction', () => inTransaction(opened.pool, (client) => client.query('select 1'))],
] as const)('a line that goes silent fails %s, and the next gets another line', async (_, work) => {
  await work();
  line.freeze();
  expect(isConnectionError(await work().catch((error: unknown) => error))).toBe(true);
  await expect(work()).resolves.toBeDefined();
});

test('a migration may take longer', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'long-'));
  await writeFile(path.join(folder, '0001-long.sql'), `select pg_sleep(${(1.2 * queryTimeoutMs) / 1000})`);
  const migrating = migrate({ pool: opened.pool, folder, clock: realClock(), logger: silentLogger });
  await expect(migrating).resolves.toMatchObject({ version: 1 });
  await rm(folder, { recursive: true });
});

/** A relay to PostgreSQL whose lines can be made to carry nothing any more, as a lost firewall state does. */
async function startLine(socketFolder: string): Promise<typeof line> {
  const sockets = new Set<Socket>();
  const frozen = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(path.join(socketFolder, '.s.PGSQL.5432'));
    sockets.add(near);
    near.on('data', (bytes) => frozen.has(near) || far.write(bytes));
    far.on('data', (bytes) => frozen.has(near) || near.write(bytes));
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    server,
    sockets,
    freeze() {
      for (const socket of sockets) frozen.add(socket);
    },
  };
}
