import pg from 'pg';
import { type Clock, pause } from '../clock.ts';
import { DatabaseError, reasonOf } from './database-error.ts';
import type { Logger } from './logger.ts';
import { isConnectionError } from './sql-state.ts';
import type { Target } from './target.ts';

const retryMs = { first: 100, most: 2_000 } as const;
const noticeEveryMs = 5_000;
/** Debian 12's, and the oldest that was tried. */
const versionMin = 150_000;

interface ReachOptions {
  target: Target;
  /** How long a database that is away is waited for, in ms. */
  patienceMs: number;
  logger: Logger;
  clock: Clock;
}

/**
 * Waits until the database answers and checks that it is fit for use. Only one that is away or starting is
 * waited for: a refusal would be repeated. Throws `databaseUnreachable` and `databaseRefused`.
 */
export async function reachDatabase({ target, patienceMs, logger, clock }: ReachOptions): Promise<void> {
  const beganMs = clock.nowMs();
  let noticedMs = beganMs;
  for (let delayMs: number = retryMs.first; ; delayMs = Math.min(delayMs * 2, retryMs.most)) {
    const failure = await tryOnce(target);
    if (failure === undefined) return;
    if (failure instanceof DatabaseError) throw failure;
    if (!isConnectionError(failure)) throw refused(target, failure);
    const waitedMs = clock.nowMs() - beganMs;
    if (waitedMs + delayMs > patienceMs) throw unreachable(target, patienceMs, failure);
    if (clock.nowMs() - noticedMs >= noticeEveryMs) {
      noticedMs = clock.nowMs();
      logger.warn({ database: target.name, reason: reasonOf(failure) }, 'waiting for the database');
    }
    await pause(clock, delayMs);
  }
}

async function tryOnce(target: Target): Promise<unknown> {
  const client = new pg.Client(target.config);
  // A connection that breaks also emits, and an unheard 'error' event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    );
    const [facts] = rows;
    if (facts === undefined || facts.version < versionMin)
      return unfit(target, `it is older than PostgreSQL ${versionMin / 10_000}`);
    if (facts.encoding !== 'UTF8')
      return unfit(target, `its encoding is ${facts.encoding}; create it with ENCODING 'UTF8'`);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(target: Target, patienceMs: number, cause: unknown): DatabaseError {
  return new DatabaseError(
    'databaseUnreachable',
    `No PostgreSQL answers at ${target.name} (${reasonOf(cause)}); tried for ${patienceMs / 1000} s. ` +
      'Start it, or correct DATABASE_URL, or unset DATABASE_URL to use the bundled one.',
    { cause },
  );
}

function refused(target: Target, cause: unknown): DatabaseError {
  return new DatabaseError(
    'databaseRefused',
    `PostgreSQL at ${target.name} refuses us: ${reasonOf(cause)}. ` +
      'Check the user, the password and the database in DATABASE_URL.',
    { cause },
  );
}

function unfit(target: Target, reason: string): DatabaseError {
  return new DatabaseError('databaseRefused', `The database at ${target.name} cannot be used: ${reason}.`);
}
