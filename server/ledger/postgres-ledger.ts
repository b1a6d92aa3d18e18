import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../database/index.ts';
import { type BatchChanges, decideBatch, newsOf } from './batch.ts';
import type { Ledger, LedgerBooks, LedgerLoad, LedgerNews } from './ledger.ts';
import { inLedgerWords } from './ledger-words.ts';
import type { LockerBook } from './locker-book.ts';
import { type LoadedBatch, loadBatch, slotVersions } from './postgres-load.ts';
import { type NewsOptions, newsFeed, sendNews } from './postgres-news.ts';
import { planSince } from './postgres-plan.ts';
import { writeBatch } from './postgres-write.ts';
import { type SlotCache, slotCache } from './slot-cache.ts';

export interface PostgresLedgerOptions extends NewsOptions {
  pool: Pool;
  /** Waiting longer than this for lockers that others hold is given up as `unavailable`. */
  lockTimeoutMs?: number;
}

export interface PostgresLedger extends Ledger {
  /** Ends the connection that listens; the pool stays with who made it. */
  close(): Promise<void>;
}

const lockTimeoutDefaultMs = 10_000;

/** The ledger on PostgreSQL. One locker's commits take turns, whichever process makes them. */
export function postgresLedger(options: PostgresLedgerOptions): PostgresLedger {
  const { pool, newClient, clock, lockTimeoutMs = lockTimeoutDefaultMs } = options;
  const feed = newsFeed({ newClient, clock });
  const cache = slotCache();
  // A new connection may lead to a replica that has taken over, and knows less than is remembered here.
  pool.on('connect', cache.clear);
  return {
    async commit(load, decide) {
      const { result, news, remembered } = await commitOnce({ pool, lockTimeoutMs, cache }, load, decide);
      for (const { book, version } of remembered) cache.put(book.lockerId, version, book.slots);
      feed.committed(news);
      return result;
    },
    planSince: (locker, rev) => inLedgerWords(() => planSince(pool, locker, rev)),
    onCommitted: feed.subscribe,
    async close() {
      pool.off('connect', cache.clear);
      await feed.close();
    },
  };
}

interface Committed<T> {
  result: T;
  news: LedgerNews[];
  remembered: { book: LockerBook; version: number }[];
}

async function commitOnce<T>(
  { pool, lockTimeoutMs, cache }: { pool: Pool; lockTimeoutMs: number; cache: SlotCache },
  load: LedgerLoad,
  decide: (books: LedgerBooks) => T,
): Promise<Committed<T>> {
  let refusal: { error: unknown } | undefined;
  const work = async (client: ClientBase): Promise<Committed<T>> => {
    // The lock's waiting is over only if every statement after it sees what its former holder wrote.
    await client.query(
      `SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${lockTimeoutMs}`,
    );
    const loaded = await loadBatch(client, load, cache);
    let decided: { result: T; changes: BatchChanges };
    try {
      decided = decideBatch(load, loaded, decide);
    } catch (error) {
      refusal = { error };
      throw error;
    }
    const { result, changes } = decided;
    const released = await writeBatch(client, load, changes);
    const news = newsOf(changes, released > 0);
    await sendNews(client, news);
    return { result, news, remembered: await versionsAfter(client, loaded, changes) };
  };
  try {
    return await inLedgerWords(() => inTransaction(pool, work));
  } catch (error) {
    // What a decision threw stays as it is, whatever it looks like.
    throw refusal ? refusal.error : error;
  }
}

async function versionsAfter(
  client: ClientBase,
  { versions }: LoadedBatch,
  { lockers }: BatchChanges,
): Promise<Committed<unknown>['remembered']> {
  const changed = lockers.filter(({ book }) => book.changes.slots.size > 0).map(({ book }) => book.lockerId);
  const after = new Map(versions);
  for (const { locker_id, version } of await slotVersions(client, changed)) after.set(locker_id, version);
  return lockers.flatMap(({ book }) => {
    const version = after.get(book.lockerId);
    return version === undefined ? [] : [{ book, version }];
  });
}
