import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, sqliteStore } from '@latchwork/agent';
import { bareLoop, rowReader, type Write } from './bare-loop.ts';
import { BenchLocker } from './bench-locker.ts';
import { benchParcel } from './parcel-life.ts';

const config: Config = {
  lockerId: 'gb-00000000',
  version: 'bench',
  builtAtMs: Date.UTC(2030, 0, 1),
  pulseMs: 300,
  slots: [{ slot: 1, size: 'S', blind: false, board: 'board-1' }],
};

/** Commits, by a bare loop in the same folder, of the rows that one typed code leaves; `commitMs` gathers how long each took. */
export function floorCommits(folder: string): { commitOnce(): void; commitMs: number[]; close(): void } {
  const { rows, schema } = rowsOfOneCode(join(folder, 'rehearsal'));
  const bare = bareLoop(join(folder, 'bare.db'), schema);
  const commitMs: number[] = [];
  return {
    commitMs,
    commitOnce() {
      const [writes = []] = bare.prepare([atTheEnd(rows, commitMs.length)]);
      const startedAt = performance.now();
      bare.commit(writes);
      commitMs.push(performance.now() - startedAt);
    },
    close: bare.close,
  };
}

/** The journal grows, as it does in an agent. */
function atTheEnd(rows: readonly Write[], times: number): Write[] {
  const lines = rows.filter(({ sql }) => sql.includes('journal')).length;
  return rows.map(({ sql, values: [first, ...rest] }) => ({
    sql,
    values: [sql.includes('journal') ? Number(first) + times * lines : first, ...rest],
  }));
}

function rowsOfOneCode(folder: string): { rows: Write[]; schema: string[] } {
  mkdirSync(folder);
  const store = sqliteStore(folder);
  const reader = rowReader(folder);
  const locker = new BenchLocker(store, config, new Uint8Array(32).fill(7));
  const parcel = benchParcel(0);
  locker.plan([parcel]);
  let rows: Write[] = [];
  locker.live([parcel], {
    onCommitted(change) {
      if (change.lines.some(({ line }) => line.includes('"purpose":"collect"')))
        rows = reader.writesOf(change);
    },
  });
  reader.close();
  store.close();
  return { rows, schema: reader.schema };
}
