import type { ClientBase, Pool, QueryConfig } from 'pg';
import { type Clock, delayMsMax } from '../clock.ts';
import { DatabaseError, reasonOf } from './database-error.ts';
import type { Logger } from './logger.ts';
import { type AppliedMigration, type Migration, nextMigration, readMigrations } from './migration-files.ts';
import { isConnectionError } from './sql-state.ts';
import { inTransaction } from './transaction.ts';

export interface MigrateOptions {
  pool: Pool;
  /** Holds `NNNN-name.sql` files. */
  folder: string;
  clock: Clock;
  logger: Logger;
}

export interface MigrateResult {
  /** Names of the files that this call applied. */
  applied: string[];
  /** The number of the last migration in the database; 0 for none. */
  version: number;
}

/** "latchwrk" in ASCII, in decimal for PostgreSQL 15: one lock for all programs of this kind on a database. */
const advisoryLock = '7809651199140393570';
/** Also bounds how long a statement may wait for a table in use, and so hold up everybody behind it. */
const lockTimeoutS = 60;

/**
 * Brings the database to the state of the files. Each file is one transaction under an advisory lock of that
 * transaction (so it works through a connection pooler), and is recorded with its checksum in
 * `schema_migration`. Programs that start at once take turns. Throws `migrationFailed`, `migrationChanged`,
 * `databaseNewer`, `migrationNameInvalid`, and connection errors as they are.
 */
export async function migrate({ pool, folder, clock, logger }: MigrateOptions): Promise<MigrateResult> {
  const files = await readMigrations(folder);
  const applied: string[] = [];
  for (;;) {
    const migration = await inTransaction(pool, (client) => applyNext(client, files, clock.nowMs()));
    if (migration === undefined) return { applied, version: files.length };
    logger.info({ migration: migration.fileName }, 'migrated the database');
    applied.push(migration.fileName);
  }
}

async function applyNext(
  client: ClientBase,
  files: Migration[],
  nowMs: number,
): Promise<Migration | undefined> {
  const migration = nextMigration(files, await lockAndRead(client));
  if (migration === undefined) return undefined;
  const { number, fileName, checksum, sql } = migration;
  try {
    await patiently(client, sql);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    throw failed(migration, error);
  }
  await client.query(
    `insert into schema_migration (number, file_name, checksum, applied_at)
     values ($1, $2, $3, to_timestamp($4::double precision / 1000))`,
    [number, fileName, checksum, nowMs],
  );
  return migration;
}

async function lockAndRead(client: ClientBase): Promise<AppliedMigration[]> {
  await client.query(`set local lock_timeout = '${lockTimeoutS}s'`);
  await patiently(client, `select pg_advisory_xact_lock(${advisoryLock})`);
  await patiently(
    client,
    `create table if not exists schema_migration (
       number integer primary key,
       file_name text not null,
       checksum text not null,
       applied_at timestamptz not null
     )`,
  );
  const { rows } = await client.query<AppliedMigration>(
    `select number, file_name as "fileName", checksum from schema_migration order by number`,
  );
  return rows;
}

/** Filling or locking a large table takes as long as it takes, whatever the pool's limit is. */
async function patiently(client: ClientBase, text: string): Promise<void> {
  await client.query({ text, query_timeout: delayMsMax } as QueryConfig);
}

function failed({ fileName, sql }: Migration, cause: unknown): DatabaseError {
  const position = cause instanceof Error && 'position' in cause ? Number(cause.position) : Number.NaN;
  const line = Number.isNaN(position) ? '' : ` at line ${lineAt(sql, position)}`;
  return new DatabaseError(
    'migrationFailed',
    `The migration ${fileName} failed${line}: ${reasonOf(cause)}.`,
    {
      cause,
    },
  );
}

/** PostgreSQL counts characters from 1, and one outside the basic plane is one of them. */
function lineAt(sql: string, position: number): number {
  return [...sql].slice(0, position - 1).filter((character) => character === '\n').length + 1;
}
