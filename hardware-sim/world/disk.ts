import {
  type Change,
  type JournalEntry,
  journalAfter,
  type MemoryDisk,
  memoryDisk,
  memoryStore,
  type Store,
  type Tables,
} from '@latchwork/agent';
import type { Life } from './life.ts';
import type { Wiring } from './wiring.ts';

/** Thrown into an agent whose power has gone: nothing that it does counts any more. */
export class PowerLost extends Error {
  override readonly name = 'PowerLost';
  readonly code = 'POWER_LOST';
}

/** The locker's disk: what outlasts every life. */
export interface Disk {
  readonly tables: Tables | undefined;
  readonly journal: readonly JournalEntry[];
  /** The store of one life, over what is on disk now. */
  storeFor(life: Life): Store;
  /** The power goes at one of the next commits, before it or right after it. Returns what calls that off. */
  cutAtCommit(commits: number, when: 'before' | 'after'): () => void;
  /**
   * Forgets the last commits, as a card does that calls written what it only remembers: those since anything changed
   * that doors or people know of. Returns the journal lines that are gone.
   */
  loseLast(): JournalEntry[];
}

export interface DiskOptions {
  wiring: Wiring;
  /** A commit is on disk. */
  committed(change: Change, tables: Tables, life: Life): void;
  cutPower(): void;
}

export function createDisk({ wiring, committed, cutPower }: DiskOptions): Disk {
  const durable = memoryDisk();
  let cut: { commits: number; when: 'before' | 'after' } | undefined;
  let lasting: Pick<MemoryDisk, 'tables' | 'journal'> = { ...durable };

  const persist = (change: Change, after: Tables, life: Life, torn: boolean) => {
    const lasts = !durable.tables || isKnownElsewhere(change, durable.tables);
    durable.tables = torn && wiring.torn && durable.tables ? wiring.torn(durable.tables, after) : after;
    durable.journal = journalAfter(durable.journal, change);
    if (lasts) lasting = { tables: durable.tables, journal: durable.journal };
    committed(change, durable.tables, life);
  };
  const due = (when: 'before' | 'after') => {
    if (cut?.when !== when || cut.commits > 0) return false;
    cut = undefined;
    return true;
  };

  return {
    get tables() {
      return durable.tables;
    },
    get journal() {
      return durable.journal;
    },
    cutAtCommit(commits, when) {
      const mine = { commits, when };
      cut = mine;
      return () => {
        if (cut === mine) cut = undefined;
      };
    },
    loseLast() {
      const lost = durable.journal.slice(lasting.journal.length);
      Object.assign(durable, lasting);
      return lost;
    },
    storeFor(life) {
      // What this life believes to be on disk; the same thing, unless the wiring is wrong.
      const view: MemoryDisk = { ...durable, journal: [...durable.journal] };
      if (view.tables && wiring.load) view.tables = wiring.load(view.tables);
      const store = memoryStore(view);
      return {
        ...store,
        readEntries(from) {
          const entries = store.readEntries(from);
          return wiring.carried?.(entries, view.tables) ?? entries;
        },
        commit(decided) {
          if (!life.on) throw new PowerLost();
          if (cut) cut.commits -= 1;
          if (due('before')) {
            cutPower();
            throw new PowerLost();
          }
          const change = wiring.change?.(decided) ?? decided;
          store.commit(change);
          const after = view.tables;
          if (!after) throw new Error('a commit left no tables');
          const goes = due('after');
          if (wiring.commitDelayMs === undefined) persist(change, after, life, goes);
          else life.clock.after(wiring.commitDelayMs, () => persist(change, after, life, false));
          if (!goes) return;
          cutPower();
          throw new PowerLost();
        },
      };
    },
  };
}

function isKnownElsewhere(change: Change, { meta: before }: Tables): boolean {
  const { meta } = change;
  const { slots, openings, openingsEnded, redemptions, redemptionsEnded, health } = change;
  return (
    [slots, openings, openingsEnded, redemptions, redemptionsEnded, health].some(
      ({ length }) => length > 0,
    ) ||
    change.service !== undefined ||
    change.trimTo !== undefined ||
    (['incarnation', 'codeFailures', 'codeBlockedUntilPoweredMs'] as const).some(
      (field) => meta[field] !== before[field],
    )
  );
}
