import { chainStart } from '@latchwork/shared';
import type { Change, JournalEntry, Tables } from '../../core/state.ts';
import { type Store, StoreError } from '../../ports/store.ts';

/** What a memory store keeps while no agent runs on it: hand the same disk to the next one. */
export interface MemoryDisk {
  tables: Tables | undefined;
  journal: JournalEntry[];
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
      disk.journal = journalAfter(disk.journal, change);
    },
    readJournal: (from, limit) =>
      disk.journal
        .filter(({ seq }) => seq >= from)
        .slice(0, limit)
        .map(({ line }) => line),
    readEntries: (from) => disk.journal.filter(({ seq }) => seq >= from),
    hashAfter: (seq) => (seq === 0 ? startOf(disk) : disk.journal.find((entry) => entry.seq === seq)?.hash),
    close: () => undefined,
  };
}

/** What the journal is after a change. Of what is trimmed the last line stays, since its hash is still asked for. */
export function journalAfter(
  journal: readonly JournalEntry[],
  { lines, restartsJournal, trimTo = 0 }: Change,
): JournalEntry[] {
  const after = restartsJournal ? [...lines] : [...journal, ...lines];
  return trimTo > 0 ? after.filter(({ seq }) => seq >= trimTo) : after;
}

function assertFollows({ journal }: MemoryDisk, { lines, restartsJournal }: Change): void {
  const last = restartsJournal ? 0 : (journal.at(-1)?.seq ?? 0);
  const wrong = lines.find(({ seq }, index) => seq !== last + 1 + index);
  if (wrong) throw new StoreError('failed', `journal line ${wrong.seq} does not follow line ${last}`);
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
): ReadonlyMap<K, V> {
  // A plan of thousands of rows is not to be copied for every fact.
  if (put.length === 0 && ended.length === 0) return rows;
  const next = new Map(rows);
  for (const id of ended) next.delete(id);
  for (const row of put) next.set(key(row), row);
  return next;
}
