import type pg from 'pg';
import { isReadTimeout } from './sql-state.ts';

/** Longer than any of our queries waits for a lock: above this a line counts as dead. */
export const queryTimeoutDefaultMs = 30_000;

/**
 * Ends a connection whose query got no answer in time: pg would lend it out again, and each borrower would wait as
 * long. Its next query then fails at once, and the pool drops it. (After a query with a callback, its own, the pool
 * does so itself.)
 */
export function endWhenSilent(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const answer = query(...args);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      if (isReadTimeout(error)) (client as pg.PoolClient & pg.Client).end().catch(() => undefined);
      throw error;
    });
  };
  client.query = watched as typeof client.query;
}
