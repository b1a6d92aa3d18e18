import { decideBatch, newsOf } from './batch.ts';
import { type Ledger, LedgerError, type LedgerNews } from './ledger.ts';
import { inOneOrder, type LedgerState, type LockerState } from './ledger-state.ts';
import { brokenRule } from './memory-rules.ts';
import {
  applyToStore,
  copyStore,
  emptyStore,
  loadFromStore,
  type StoredLocker,
  storeLocker,
} from './memory-store.ts';
import { firstState, type LockerRegistration } from './register-locker.ts';

export interface MemoryLedger extends Ledger {
  register(registration: LockerRegistration): void;
  state(): LedgerState;
  /** Keeps everything as it is now; what is returned sets it back to that, as restoring a backup does. */
  backUp(): () => void;
}

/**
 * The ledger in memory, for simulations and tests: the same contract, the same rules, nothing kept. A commit
 * runs from loading to writing without a break, so commits take turns in the order they were asked for.
 */
export function memoryLedger(): MemoryLedger {
  let store = emptyStore();
  const listeners = new Set<(news: LedgerNews) => void>();
  return {
    async commit(load, decide) {
      // As with a database, nothing has happened yet when the caller goes on.
      await undefined;
      const { result, changes } = decideBatch(load, loadFromStore(store, load), decide);
      const rule = brokenRule(store, changes);
      if (rule !== undefined) throw new LedgerError('integrity', `the change would break ${rule}`, undefined);
      const isDue = applyToStore(store, load, changes);
      const news = newsOf(changes, isDue);
      queueMicrotask(() => {
        for (const item of news) for (const listener of listeners) listener(item);
      });
      return result;
    },
    async planSince(locker, rev) {
      const stored = store.lockers.get(locker);
      if (!stored) return { serverEpoch: 0, rev: 0, items: [] };
      const items = [...stored.planItems.values()].filter(
        (row) => row.rev > rev && (rev > 0 || row.line !== null),
      );
      return { ...stored.head.plan, items: items.sort((a, b) => a.rev - b.rev) };
    },
    onCommitted(listener) {
      const own = (news: LedgerNews) => listener(news);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    register(registration) {
      const { rows, planItems } = firstState(registration);
      if (store.lockers.has(rows.locker.lockerId))
        throw new LedgerError('integrity', 'the change would break locker_pkey', undefined);
      storeLocker(store, rows, planItems);
    },
    backUp() {
      const kept = copyStore(store);
      return () => {
        store = copyStore(kept);
      };
    },
    state: () =>
      inOneOrder({
        lockers: Array.from(store.lockers.values(), toState),
        effects: [...store.effects],
        answers: [...store.answers.values()],
      }),
  };
}

function toState(stored: StoredLocker): LockerState {
  return {
    ...stored.head,
    incarnations: [...stored.incarnations.values()],
    slots: [...stored.slots.values()],
    bookings: [...stored.bookings.values()],
    packages: [...stored.packages.values()],
    grants: [...stored.grants.values()],
    planItems: [...stored.planItems.values()],
    log: stored.log,
    doorHealth: stored.doorHealth,
    notifications: [...stored.notifications.values()],
    alarms: [...stored.alarms.values()],
  };
}
