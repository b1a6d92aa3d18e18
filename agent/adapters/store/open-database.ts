import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../../ports/store.ts';

const migrationsFolder = join(import.meta.dirname, '../../migrations');
/** SQLite before 3.51.3 can corrupt a WAL that is reset while it is read. */
const oldestSqlite = [3, 51, 3];

/**
 * Opens the one writer connection: WAL with `synchronous=FULL`, set and read back, since WAL with less loses acknowledged
 * commits at a power cut. Throws {@link StoreError} `refused` for a database of a newer program or one in use.
 */
export function openDatabase(path: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    db = new Database(path, { timeout: 0 });
    chmodSync(path, 0o600);
    configure(db);
    migrate(db, path);
    return db;
  } catch (cause) {
    db?.close();
    throw refusal(path, cause);
  }
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
  // Exclusive, so that a second agent on the same folder fails at once.
  db.pragma('locking_mode = EXCLUSIVE');
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
  if (applied > files.length)
    throw new StoreError(
      'refused',
      `${path} was written by a newer agent (schema ${applied}, this one knows ${files.length}): update the agent`,
    );
  db.transaction(() => {
    for (const file of files.slice(applied)) db.exec(readFileSync(join(migrationsFolder, file), 'utf8'));
    db.pragma(`user_version = ${files.length}`);
  }).immediate();
}

function refusal(path: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code.startsWith('SQLITE_BUSY'))
    return new StoreError(
      'in use',
      `${path} is in use: another agent runs on this folder; stop it first`,
      cause,
    );
  if (code === 'SQLITE_NOTADB')
    return new StoreError(
      'refused',
      `${path} is not a database: move it away, and enrol the unit as a replacement`,
      cause,
    );
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'failed',
    `cannot open ${path}: ${why}; check that the folder exists and is writable`,
    cause,
  );
}
