import pg from 'pg';
import { sqlState } from './sql-state.ts';
import { socketTarget, type Target } from './target.ts';

/** The server's role and its database. It is no superuser, so that an injected statement reaches no file. */
const name = 'latchwork';
const superuser = 'postgres';

/** Another start was quicker: duplicate_object, duplicate_database, and the race under both. */
const alreadyThere = new Set(['42710', '42P04', '23505']);

/** Makes the server's role and database in a bundled cluster where they are missing. */
export async function ensureDatabase(socketFolder: string): Promise<Target> {
  const client = new pg.Client(socketTarget(socketFolder, superuser, superuser).config);
  await client.connect();
  try {
    const { rows } = await client.query('select from pg_database where datname = $1', [name]);
    if (rows.length === 0) {
      await createUnlessThere(client, `create role ${name} login`);
      await createUnlessThere(client, `create database ${name} owner ${name}`);
    }
  } finally {
    await client.end();
  }
  return socketTarget(socketFolder, name, name);
}

async function createUnlessThere(client: pg.Client, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    if (!alreadyThere.has(sqlState(error) ?? '')) throw error;
  }
}
