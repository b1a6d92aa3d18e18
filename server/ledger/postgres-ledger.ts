import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../database/index.ts';
import { type BatchChanges, decideBatch, newsOf } from './batch.ts';
import type { Ledger, LedgerBooks, LedgerLoad, LedgerNews } from './ledger.ts';
import { inLedgerWords } from './ledger-words.ts';
import { loadBatch } from './postgres-load.ts';
import { type NewsOptions, newsFeed, sendNews } from './postgres-news.ts';
import { planSince } from './postgres-plan.ts';
import { writeBatch } from './postgres-write.ts';

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
  return {
    async commit(load, decide) {
      const { result, news } = await commitOnce({ pool, lockTimeoutMs }, load, decide);
      feed.committed(news);
      return result;
    },
    planSince: (locker, rev) => inLedgerWords(() => planSince(pool, locker, rev)),
    onCommitted: feed.subscribe,
    close: feed.close,
  };
}

async function commitOnce<T>(
  { pool, lockTimeoutMs }: { pool: Pool; lockTimeoutMs: number },
  load: LedgerLoad,
  decide: (books: LedgerBooks) => T,
): Promise<{ result: T; news: LedgerNews[] }> {
  let refusal: { error: unknown } | undefined;
  const work = async (client: ClientBase) => {
    // The lock's waiting is over only if every statement after it sees what its former holder wrote.
    await client.query(
      `SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${lockTimeoutMs}`,
    );
    const loaded = await loadBatch(client, load);
    let decided: { result: T; changes: BatchChanges };
    try {
      decided = decideBatch(load, loaded, decide);
    } catch (error) {
      refusal = { error };
      throw error;
    }
    const released = await writeBatch(client, load, decided.changes);
    const news = newsOf(decided.changes, released > 0);
    await sendNews(client, news);
    return { result: decided.result, news };
  };
  try {
    return await inLedgerWords(() => inTransaction(pool, work));
  } catch (error) {
    // What a decision threw stays as it is, whatever it looks like.
    throw refusal ? refusal.error : error;
  }
}
