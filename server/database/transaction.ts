import type { ClientBase, Pool } from 'pg';

/**
 * Runs `work` in one transaction on one connection: committed when it returns, rolled back when it throws,
 * with its error passed on. A connection error leaves open whether the commit took place.
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: unknown;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    broken = await client.query('rollback').then(
      () => undefined,
      (cause: unknown) => cause,
    );
    throw error;
  } finally {
    // A connection that could not roll back is closed and never given to anybody else.
    client.release(broken !== undefined);
  }
}
