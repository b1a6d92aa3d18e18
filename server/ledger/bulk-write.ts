import type { ClientBase } from 'pg';
import type { Tables } from '../database/index.ts';

/** SQL types of JSON fields; `ms` are Unix milliseconds that become a timestamptz. */
type ColumnKind =
  | 'text'
  | 'text[]'
  | 'uuid'
  | 'integer'
  | 'bigint'
  | 'double precision'
  | 'boolean'
  | 'jsonb'
  | 'ms';
export type Columns<Table extends keyof Tables> = Record<keyof Tables[Table], ColumnKind>;
/** One row to write: JSON values, times as Unix milliseconds. */
export type RowRecord<Table extends keyof Tables> = Record<keyof Tables[Table], unknown>;

export interface BulkWrite<Table extends keyof Tables> {
  table: Table;
  name: string;
  text: string;
}

/** One statement for any number of rows, which come as one JSON text: arrays cannot hold rows with arrays. */
export function bulkInsert<Table extends keyof Tables>(
  table: Table,
  columns: Columns<Table>,
): BulkWrite<Table> {
  const kinds = Object.entries<ColumnKind>(columns);
  const names = kinds.map(([name]) => name).join(', ');
  const values = kinds.map(([name, kind]) =>
    kind === 'ms' ? `to_timestamp(r.${name} / 1000)` : `r.${name}`,
  );
  const fields = kinds.map(([name, kind]) => `${name} ${kind === 'ms' ? 'double precision' : kind}`);
  const text = `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM json_to_recordset($1) AS r(${fields.join(', ')})`;
  return { table, name: `insert ${table}`, text };
}

/** The same, where a row of that key may be there already and is then replaced. */
export function bulkUpsert<Table extends keyof Tables>(
  table: Table,
  key: readonly (keyof Tables[Table] & string)[],
  columns: Columns<Table>,
): BulkWrite<Table> {
  const replaced = Object.keys(columns).filter((name) => !(key as readonly string[]).includes(name));
  const set = replaced.map((name) => `${name} = excluded.${name}`).join(', ');
  const { text } = bulkInsert(table, columns);
  return {
    table,
    name: `upsert ${table}`,
    text: `${text} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set}`,
  };
}

/** Writes in the order of the rows; nothing is sent for none. */
export async function writeRows<Table extends keyof Tables>(
  client: ClientBase,
  write: BulkWrite<Table>,
  rows: readonly RowRecord<Table>[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query({ name: write.name, text: write.text, values: [JSON.stringify(rows)] });
}
