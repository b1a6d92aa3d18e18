import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { realClock } from '../clock.ts';
import { startBundled } from './bundled.ts';
import type { Logger } from './logger.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './migrations-folder.ts';
import { sqlState } from './sql-state.ts';
import { socketTarget, socketUrl } from './target.ts';

/** How tests reach the run's one cluster; plain data, so that it can be handed to test workers. */
export interface TestConnection {
  socketFolder: string;
  superuser: string;
  /** Owns the databases and is no superuser, as in earnest. */
  user: string;
  /** A database with every migration applied. */
  template: string;
}

export interface TestCluster extends TestConnection {
  /** Ends it and removes its files. A killed test run's cluster ends and removes itself. */
  stop(): Promise<void>;
}

export interface TestDatabase<Tables> {
  name: string;
  /** For another process, as its DATABASE_URL. */
  url: string;
  db: Kysely<Tables>;
  pool: pg.Pool;
  /** Closes the connections and drops the database, whoever else is still connected. */
  drop(): Promise<void>;
}

export interface TestClusterOptions {
  /** `off` is several times as fast, and safe for what ends with the run. */
  fsync?: 'on' | 'off';
  /** Applied to the template. */
  migrations?: string;
}

const superuser = 'postgres';
const user = 'latchwork';
const template = 'latchwork_template';
const templateTriesMax = 20;

/** SQL that ends every other connection to its database, and nothing that PostgreSQL does there by itself. */
export const breakOthers = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`;

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Starts a cluster of its own in a temporary folder, and makes the template. */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { fsync = 'on', migrations = migrationsFolder } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'latchwork-postgres-'));
  const cluster = await startBundled({
    dataDir: folder,
    logger: silentLogger,
    clock: realClock(),
    fsync,
    lifetime: 'temporary',
  });
  const { socketFolder, clusterFolder } = cluster;
  const stop = async () => {
    await cluster.stop();
    // Two where PostgreSQL's user cannot reach the temporary folder and works elsewhere.
    for (const left of [clusterFolder, folder])
      await rm(left, { recursive: true, force: true, maxRetries: 5 });
  };
  const connection = { socketFolder, superuser, user, template };
  try {
    await makeTemplate(connection, migrations);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...connection, stop };
}

/** A database of its own for one test file, a copy of the template (`template0` for an empty one). */
export async function createTestDatabase<Tables>(
  connection: TestConnection,
  options: { template?: string } = {},
): Promise<TestDatabase<Tables>> {
  const { socketFolder } = connection;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const from = options.template ?? connection.template;
  await asSuperuser(connection, (client) => createFrom(client, name, from));
  const pool = new pg.Pool({ ...socketTarget(socketFolder, user, name).config, max: 10 });
  // Tests that end connections by force are told by the query that fails.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const drop = async () => {
    await db.destroy();
    await asSuperuser(connection, (client) => client.query(`drop database if exists ${name} with (force)`));
  };
  return { name, url: socketUrl(socketFolder, user, name), db, pool, drop };
}

async function makeTemplate(connection: TestConnection, migrations: string): Promise<void> {
  await asSuperuser(connection, async (client) => {
    await client.query(`create role ${user} login createdb`);
    await client.query(`create database ${template} owner ${user}`);
  });
  const pool = new pg.Pool(socketTarget(connection.socketFolder, user, template).config);
  try {
    await migrate({ pool, folder: migrations, clock: realClock(), logger: silentLogger });
  } finally {
    await pool.end();
  }
  // A template is copied only while nobody is connected to it, so nobody may connect.
  await asSuperuser(connection, (client) =>
    client.query(`alter database ${template} allow_connections false is_template true`),
  );
}

async function createFrom(client: pg.Client, name: string, from: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await client.query(`create database ${name} template ${from} owner ${user}`);
      return;
    } catch (error) {
      // object_in_use: a housekeeping process was looking at the template just then.
      if (sqlState(error) !== '55006' || tries === templateTriesMax) throw error;
    }
}

async function asSuperuser<Result>(
  { socketFolder }: TestConnection,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(socketTarget(socketFolder, superuser, superuser).config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
