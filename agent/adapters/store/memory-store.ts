import { chainStart } from '@latchwork/shared';
import type { Change, Tables } from '../../core/state.ts';
import { type Store, StoreError } from '../../ports/store.ts';

/** What a memory store keeps while no agent runs on it: hand the same disk to the next one. */
export interface MemoryDisk {
  tables: Tables | undefined;
  journal: { line: string; hash: string }[];
  /** While true, nothing more can be written. */
  full: boolean;
}

export function memoryDisk(): MemoryDisk {
  return { tables: undefined, journal: [], full: false };
}

/** The locker's database in memory, for tests and simulations. */
export function memoryStore(disk: MemoryDisk = memoryDisk()): Store {
  return {
    load: () => disk.tables,
    commit(change) {
      if (disk.full) throw new StoreError('full', 'the disk is full');
      assertFollows(disk, change);
      disk.tables = applied(disk.tables, change);
      for (const { line, hash } of change.lines) disk.journal.push({ line, hash });
    },
    readJournal: (from, limit) =>
      disk.journal.slice(Math.max(0, from - 1), from - 1 + limit).map(({ line }) => line),
    hashAfter(seq) {
      const hash = seq === 0 ? startOf(disk) : disk.journal[seq - 1]?.hash;
      if (hash === undefined) throw new StoreError('failed', `the journal has no line ${seq}`);
      return hash;
    },
    close: () => undefined,
  };
}

function assertFollows({ journal }: MemoryDisk, { lines }: Change): void {
  const wrong = lines.find(({ seq }, index) => seq !== journal.length + 1 + index);
  if (wrong)
    throw new StoreError('failed', `journal line ${wrong.seq} does not follow line ${journal.length}`);
}

function startOf({ tables }: MemoryDisk): string | undefined {
  return tables && chainStart(tables.meta.lockerId, tables.meta.incarnation);
}

function applied(tables: Tables | undefined, change: Change): Tables {
  return {
    meta: change.meta,
    slots: changed(tables?.slots, change.slots, ({ slot }) => slot, []),
    openings: changed(tables?.openings, change.openings, ({ slot }) => slot, change.openingsEnded),
    planItems: changed(
      tables?.planItems,
      change.planItems,
      ({ kind, id }) => `${kind} ${id}`,
      change.planItemsEnded.map(({ kind, id }) => `${kind} ${id}`),
    ),
    redemptions: changed(
      tables?.redemptions,
      change.redemptions,
      ({ grant }) => grant,
      change.redemptionsEnded,
    ),
    health: changed(tables?.health, change.health, ({ slot }) => slot, []),
    service: change.service === undefined ? (tables?.service ?? null) : change.service,
  };
}

function changed<K, V>(
  rows: ReadonlyMap<K, V> = new Map(),
  put: readonly V[],
  key: (row: V) => K,
  ended: readonly K[],
): Map<K, V> {
  const next = new Map(rows);
  for (const id of ended) next.delete(id);
  for (const row of put) next.set(key(row), row);
  return next;
}
