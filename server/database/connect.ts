import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Clock } from '../clock.ts';
import { type BundledOptions, startBundled } from './bundled.ts';
import { reasonOf } from './database-error.ts';
import { ensureDatabase } from './ensure-database.ts';
import type { Logger } from './logger.ts';
import { reachDatabase } from './reach.ts';
import { endWhenSilent, queryTimeoutDefaultMs } from './silent-line.ts';
import { sqlState } from './sql-state.ts';
import { type Target, urlTarget } from './target.ts';

export interface OpenOptions {
  /** DATABASE_URL; without it the bundled PostgreSQL runs in `dataDir`. */
  url?: string | undefined;
  /** Absolute. */
  dataDir: string;
  logger: Logger;
  clock: Clock;
  /** Connections kept at most. */
  poolMax?: number;
  /** How long a database behind `url` that is away is waited for. */
  patienceMs?: number;
  /** A query without an answer for longer fails as a connection error, and its connection is ended. */
  queryTimeoutMs?: number;
  whenRunning?: BundledOptions['whenRunning'];
}

/** A database that answered. */
export interface OpenDatabase<Tables> {
  db: Kysely<Tables>;
  /** The connections under `db`, for statements that are not built by Kysely. */
  pool: pg.Pool;
  /** Where it is, for people; holds no password. */
  name: string;
  /** A connection apart from the pool, not yet connected: for LISTEN. Its `error` event must be listened to. */
  newClient(): pg.Client;
  /** Resolves when the bundled PostgreSQL ends without having been asked to. */
  lost: Promise<string>;
  /** Closes the connections, then ends the bundled PostgreSQL. */
  close(): Promise<void>;
}

const poolMaxDefault = 10;
const patienceDefaultMs = 30_000;
const idleTimeoutMs = 30_000;
/** A connection that a caller never gave back must not keep the server from ending. */
const closePatienceMs = 5_000;

/**
 * Connects to the database of `url`, or starts the bundled one, and waits until it answers. Throws
 * DatabaseError, whose message says what to do.
 */
export async function openDatabase<Tables>(options: OpenOptions): Promise<OpenDatabase<Tables>> {
  const { url, logger, clock, patienceMs = patienceDefaultMs } = options;
  if (url !== undefined && url !== '') {
    const target = urlTarget(url);
    await reachDatabase({ target, patienceMs, logger, clock });
    return open<Tables>(target, options, { lost: new Promise(() => {}), stop: async () => {} });
  }
  const cluster = await startBundled(options);
  try {
    const target = await ensureDatabase(cluster.socketFolder);
    await reachDatabase({ target, patienceMs, logger, clock });
    return open<Tables>(target, options, { lost: cluster.ended, stop: cluster.stop });
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function open<Tables>(
  target: Target,
  { logger, clock, poolMax = poolMaxDefault, queryTimeoutMs = queryTimeoutDefaultMs }: OpenOptions,
  cluster: { lost: Promise<string>; stop(): Promise<void> },
): OpenDatabase<Tables> {
  let closing: Promise<void> | undefined;
  const limits = { max: poolMax, idleTimeoutMillis: idleTimeoutMs, query_timeout: queryTimeoutMs };
  const pool = new pg.Pool({ ...target.config, ...limits });
  // The pool drops a broken idle connection by itself and makes another when one is needed.
  pool.on('error', (error) => {
    // Not the error itself: pg hangs the whole connection on it.
    const facts = { database: target.name, code: sqlState(error), reason: reasonOf(error) };
    if (closing === undefined) logger.warn(facts, 'a database connection broke');
  });
  // Nobody listens to one that is lent out: unheard, its error would end the process. Its next query fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('connect', endWhenSilent);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    let cancel = () => {};
    const isLate = new Promise<void>((resolve) => {
      cancel = clock.after(closePatienceMs, resolve);
    });
    await Promise.race([db.destroy(), isLate]);
    cancel();
    await cluster.stop();
  };
  return {
    db,
    pool,
    name: target.name,
    newClient: () => new pg.Client(target.config),
    lost: cluster.lost.then((reason) => (closing === undefined ? reason : new Promise(() => {}))),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
