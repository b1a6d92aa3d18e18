import type { LockerId } from '@latchwork/shared';
import type { SlotRow } from './rows.ts';

/**
 * The slots that this process read or wrote last, by locker and version: most rows of most books, and the ones
 * that seldom change. An entry is used only while the database still names its version.
 */
export interface SlotCache {
  get(locker: LockerId, version: number): readonly SlotRow[] | undefined;
  put(locker: LockerId, version: number, slots: readonly SlotRow[]): void;
  /** For whenever the database may have become one with another past: a restored one, or a replica. */
  clear(): void;
}

/** About 40 MB. */
const rowsDefaultMax = 100_000;

export function slotCache(rowsMax = rowsDefaultMax): SlotCache {
  /** The one put longest ago comes first. */
  const entries = new Map<LockerId, { version: number; slots: readonly SlotRow[] }>();
  let rowsHeld = 0;
  const drop = (locker: LockerId) => {
    rowsHeld -= entries.get(locker)?.slots.length ?? 0;
    entries.delete(locker);
  };
  return {
    get(locker, version) {
      const entry = entries.get(locker);
      return entry?.version === version ? entry.slots : undefined;
    },
    put(locker, version, slots) {
      drop(locker);
      // Books of later commits share these rows, so a decision that would change one in place must fail.
      for (const row of slots) Object.freeze(row);
      entries.set(locker, { version, slots });
      rowsHeld += slots.length;
      for (const oldest of entries.keys()) {
        if (rowsHeld <= rowsMax) break;
        drop(oldest);
      }
    },
    clear() {
      entries.clear();
      rowsHeld = 0;
    },
  };
}
