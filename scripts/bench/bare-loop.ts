import { join } from 'node:path';
import type { Change } from '@latchwork/agent';
import Database from 'better-sqlite3';

/** One row as SQLite has it, or the end of one. */
export interface Write {
  sql: string;
  values: unknown[];
}

/**
 * Reads back what the agent's store has just written, so that a bare loop can write the same rows: in `folder`/agent.db,
 * beside the store that has it open.
 */
export function rowReader(folder: string): {
  writesOf(change: Change): Write[];
  schema: string[];
  close(): void;
} {
  const db = new Database(join(folder, 'agent.db'), { readonly: true });
  const put = (table: string, key: string, value: unknown): Write => {
    const row = db.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`).get(value) as Record<string, unknown>;
    const columns = Object.keys(row);
    const places = columns.map(() => '?').join(', ');
    const sql = `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
    return { sql, values: Object.values(row) };
  };
  const end = (table: string, key: string, value: unknown): Write => ({
    sql: `DELETE FROM ${table} WHERE ${key} = ?`,
    values: [value],
  });
  return {
    writesOf: (change) => [
      ...change.lines.map(({ seq }) => put('journal', 'seq', seq)),
      put('meta', 'one', 1),
      ...change.slots.map(({ slot }) => put('slot', 'slot', slot)),
      ...change.openingsEnded.map((slot) => end('opening', 'slot', slot)),
      ...change.openings.map(({ slot }) => put('opening', 'slot', slot)),
      ...change.redemptionsEnded.map((grant) => end('redemption', 'grant_id', grant)),
      ...change.health.map(({ slot }) => put('door_health', 'slot', slot)),
      ...change.redemptions.map(({ grant }) => put('redemption', 'grant_id', grant)),
    ],
    schema: db.prepare("SELECT sql FROM sqlite_master WHERE type = 'table'").pluck().all() as string[],
    close: () => void db.close(),
  };
}

/** A loop that does nothing but write rows, one transaction after another, as durably as the agent's store. */
export function bareLoop(file: string, schema: readonly string[]) {
  const db = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) db.pragma(pragma);
  for (const sql of schema) db.exec(sql);
  const prepared = new Map<string, Database.Statement>();
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const write = db.transaction((writes: readonly { statement: Database.Statement; values: unknown[] }[]) => {
    for (const { statement, values } of writes) statement.run(values);
  });
  return {
    /** What is to be looked up beforehand is; the loop itself only binds and runs. */
    prepare: (transactions: readonly Write[][]) =>
      transactions.map((writes) => writes.map(({ sql, values }) => ({ statement: statement(sql), values }))),
    commit: write.immediate,
    close: () => void db.close(),
  };
}
