import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../../ports/store.ts';

const migrationsFolder = join(import.meta.dirname, '../../migrations');
/** SQLite before 3.51.3 can corrupt a WAL that is reset while it is read. */
const oldestSqlite = [3, 51, 3];
/** A technician who writes by hand holds the agent up for no longer; readers never do. */
const busyTimeoutMs = 1_000;

/**
 * Opens the one writer connection: WAL with `synchronous=FULL`, set and read back, since WAL with less loses acknowledged
 * commits at a power cut. Throws {@link StoreError} `refused` for a database of a newer program, `in use` while another
 * agent runs on it.
 */
export function openDatabase(path: string): Database.Database {
  let lock: Database.Database | undefined;
  let db: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    lock = lockAgainstOthers(path);
    db = new Database(path, { timeout: busyTimeoutMs });
    chmodSync(path, 0o600);
    configure(db);
    migrate(db, path);
    return withLock(db, lock);
  } catch (cause) {
    db?.close();
    lock?.close();
    throw refusal(path, cause);
  }
}

/**
 * A second, empty database that is only ever locked: the journal's own would be locked against a technician's
 * `sqlite3`, too. The system frees the lock with the process, however it ends.
 */
function lockAgainstOthers(path: string): Database.Database {
  const lock = new Database(`${path}.lock`, { timeout: 0 });
  try {
    chmodSync(`${path}.lock`, 0o600);
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw isBusy(cause)
      ? new StoreError('in use', `${path} is in use: another agent runs on this folder; stop it first`, cause)
      : cause;
  }
}

/** The lock goes when the database does. */
function withLock(db: Database.Database, lock: Database.Database): Database.Database {
  const close = db.close.bind(db);
  db.close = () => {
    close();
    lock.close();
    return db;
  };
  return db;
}

function configure(db: Database.Database): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = version.split('.').map(Number);
  const older =
    oldestSqlite.map((part, index) => (parts[index] ?? 0) - part).find((difference) => difference !== 0) ?? 0;
  if (older < 0)
    throw new StoreError(
      'refused',
      `SQLite ${version} is too old: ${oldestSqlite.join('.')} or newer is needed`,
    );
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  const mode = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if (mode !== 'wal' || synchronous !== 2)
    throw new StoreError(
      'refused',
      `the database runs with journal_mode ${mode} and synchronous ${synchronous}, not wal and 2`,
    );
}

function migrate(db: Database.Database, path: string): void {
  const files = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const applied = Number(db.pragma('user_version', { simple: true }));
  // Migrations only add, so that an upgrade can be rolled back onto the same data. One that cannot keep to it says with
  // `PRAGMA application_id` which schema an agent must know at least.
  const neededAtLeast = Number(db.pragma('application_id', { simple: true }));
  if (neededAtLeast > files.length)
    throw new StoreError(
      'refused',
      `${path} was written by a newer agent (schema ${neededAtLeast}, this one knows ${files.length}): update the agent`,
    );
  if (applied >= files.length) return;
  db.transaction(() => {
    for (const file of files.slice(applied)) db.exec(readFileSync(join(migrationsFolder, file), 'utf8'));
    db.pragma(`user_version = ${files.length}`);
  }).immediate();
}

function refusal(path: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (['SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(code))
    return new StoreError(
      'refused',
      `${path} is not a database, or a damaged one: enrol the unit anew with --replace, which puts it aside`,
      cause,
    );
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'failed',
    `cannot open ${path}: ${why}; check that the folder exists and is writable`,
    cause,
  );
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY');
}
