import type { Pool } from 'pg';

/** As many rows in one transaction as the processor takes at most. */
const rowsPerInsert = 2_048;
const columns = {
  locker_id: 'text',
  country: 'text',
  incarnation: 'uuid',
  ordinal: 'integer',
  seq: 'bigint',
  event_id: 'uuid',
  kind: 'text',
  slot_number: 'integer',
  at: 'timestamptz',
  received_at: 'timestamptz',
  line: 'text',
  hash: 'text',
  set_aside: 'text',
} as const;

/** The event log's rows once more, into a table of the same kind, by plain inserts over one connection. */
export async function unnestFloor(pool: Pool): Promise<{
  rowsPerSecond: number[];
  /** Inserts what the log gained since the last time. */
  insertNewRows(): Promise<void>;
  /** Resolves with how many rows there were in all. */
  close(): Promise<number>;
}> {
  const client = await pool.connect();
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);
  const insert = `INSERT INTO floor_log (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`;
  await client.query('CREATE TABLE floor_log (LIKE locker_event_log INCLUDING ALL)');
  const rowsPerSecond: number[] = [];
  let total = 0;
  return {
    rowsPerSecond,
    async insertNewRows() {
      const fields = Object.entries(columns).map(([name, type]) =>
        type === 'timestamptz' ? `${name}::text` : name,
      );
      const { rows } = await client.query({
        text: `SELECT ${fields.join(', ')} FROM locker_event_log l
          WHERE NOT EXISTS (SELECT 1 FROM floor_log f WHERE f.locker_id = l.locker_id AND f.seq = l.seq)
          ORDER BY received_at, locker_id, seq`,
        rowMode: 'array',
      });
      const startedAt = performance.now();
      for (let from = 0; from < rows.length; from += rowsPerInsert) {
        const some = rows.slice(from, from + rowsPerInsert);
        await client.query({
          name: 'floor',
          text: insert,
          values: names.map((_, column) => some.map((row) => row[column])),
        });
      }
      rowsPerSecond.push((rows.length * 1000) / (performance.now() - startedAt));
      total += rows.length;
    },
    async close() {
      client.release();
      return total;
    },
  };
}
