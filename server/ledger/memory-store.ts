import type { LockerId, SlotNumber, Uuid } from '@latchwork/shared';
import type { BatchChanges, Loaded } from './batch.ts';
import type { LedgerLoad } from './ledger.ts';
import type { LedgerState, LockerState } from './ledger-state.ts';
import type { LockerBook } from './locker-book.ts';
import { confirmedRev, firstStatus } from './notification-state.ts';
import { isOpen } from './open-package.ts';
import type { EventLogRow, LockerRows, NotificationRow, PlanItemRow } from './rows.ts';

/** All rows of one locker, keyed by their ids. */
export interface StoredLocker {
  head: Pick<LockerRows, 'locker' | 'presence' | 'plan'>;
  incarnations: Map<string, LockerRows['incarnations'][number]>;
  slots: Map<SlotNumber, LockerRows['slots'][number]>;
  bookings: Map<string, LockerRows['bookings'][number]>;
  packages: Map<string, LockerRows['packages'][number]>;
  grants: Map<string, LockerRows['grants'][number]>;
  planItems: Map<string, PlanItemRow>;
  log: LockerState['log'];
  doorHealth: LockerState['doorHealth'];
  /** Of the log's rows, as made by {@link logKey}. */
  logKeys: Set<string>;
  notifications: Map<string, LockerState['notifications'][number]>;
  alarms: Map<string, LockerState['alarms'][number]>;
}

export interface MemoryStore {
  lockers: Map<LockerId, StoredLocker>;
  effects: Set<Uuid>;
  /** By owner and key as JSON. */
  answers: Map<string, LedgerState['answers'][number]>;
}

export function emptyStore(): MemoryStore {
  return { lockers: new Map(), effects: new Set(), answers: new Map() };
}

/** Rows are never changed in place, so that the tables alone need copying. */
export function copyStore({ lockers, effects, answers }: MemoryStore): MemoryStore {
  const copied = ([id, stored]: [LockerId, StoredLocker]): [LockerId, StoredLocker] => [
    id,
    {
      head: stored.head,
      incarnations: new Map(stored.incarnations),
      slots: new Map(stored.slots),
      bookings: new Map(stored.bookings),
      packages: new Map(stored.packages),
      grants: new Map(stored.grants),
      planItems: new Map(stored.planItems),
      log: [...stored.log],
      doorHealth: [...stored.doorHealth],
      logKeys: new Set(stored.logKeys),
      notifications: new Map(stored.notifications),
      alarms: new Map(stored.alarms),
    },
  ];
  return {
    lockers: new Map([...lockers].map(copied)),
    effects: new Set(effects),
    answers: new Map(answers),
  };
}

export function storeLocker(store: MemoryStore, rows: LockerRows, planItems: readonly PlanItemRow[]): void {
  store.lockers.set(rows.locker.lockerId, {
    head: { locker: rows.locker, presence: rows.presence, plan: rows.plan },
    incarnations: new Map(rows.incarnations.map((row) => [row.incarnation, row])),
    slots: new Map(rows.slots.map((row) => [row.slot, row])),
    bookings: new Map(rows.bookings.map((row) => [row.bookingId, row])),
    packages: new Map(rows.packages.map((row) => [row.packageId, row])),
    grants: new Map(rows.grants.map((row) => [row.grantId, row])),
    planItems: new Map(planItems.map((row) => [`${row.kind} ${row.id}`, row])),
    log: [],
    doorHealth: [],
    logKeys: new Set(),
    notifications: new Map(),
    alarms: new Map(),
  });
}

/** The same selection as the one in SQL. */
export function loadFromStore(store: MemoryStore, load: LedgerLoad): Loaded {
  const lockers = new Map<LockerId, LockerRows>();
  for (const id of [...new Set(load.lockers)].sort()) {
    const stored = store.lockers.get(id);
    if (stored) lockers.set(id, openRows(stored, new Set(load.bookings)));
  }
  const { idempotency, events = [], trackingId } = load;
  const kept = idempotency && store.answers.get(answerKey(idempotency));
  return {
    lockers,
    taken: new Set(events.filter((event) => store.effects.has(event))),
    answer: kept && { requestHash: kept.requestHash, answer: kept.answer },
    isTracked: trackingId !== undefined && isTracked(store, trackingId),
  };
}

function isTracked({ lockers }: MemoryStore, trackingId: string): boolean {
  return [...lockers.values()].some(({ packages }) =>
    [...packages.values()].some(
      (row) => row.trackingId === trackingId && (row.status === 'WAITING' || row.status === 'DELIVERED'),
    ),
  );
}

function openRows(stored: StoredLocker, asked: ReadonlySet<string>): LockerRows {
  const openPackages = new Set<string>();
  for (const row of stored.packages.values()) if (isOpen(row)) openPackages.add(row.packageId);
  const bookings = [...stored.bookings.values()].filter(
    (row) => row.status === 'active' || asked.has(row.bookingId) || openPackages.has(row.packageId),
  );
  const slots = [...stored.slots.values()].sort((a, b) => a.slot - b.slot);
  const ofBookings = new Set(bookings.map((row) => row.bookingId as string));
  const wanted = new Set<string>(openPackages);
  for (const row of bookings) wanted.add(row.packageId);
  for (const row of slots) if (row.packageId !== null) wanted.add(row.packageId);
  return {
    ...stored.head,
    incarnations: [...stored.incarnations.values()].sort((a, b) => a.ordinal - b.ordinal),
    slots,
    bookings,
    packages: [...stored.packages.values()].filter((row) => wanted.has(row.packageId)),
    grants: [...stored.grants.values()].filter(
      (row) => row.status === 'live' || ofBookings.has(row.bookingId),
    ),
  };
}

/** Nothing here can fail: what could was refused before. Resolves with whether waiting notifications became due. */
export function applyToStore(store: MemoryStore, load: LedgerLoad, changes: BatchChanges): boolean {
  let isDue = false;
  for (const { before, book } of changes.lockers) {
    const stored = store.lockers.get(book.lockerId);
    if (!stored) continue;
    applyRows(stored, book);
    const confirmed = confirmedRev(book.presence, book.plan);
    for (const row of book.changes.notifications)
      stored.notifications.set(row.notificationId, storedNotification(row, confirmed));
    if (confirmed <= confirmedRev(before.presence, before.plan)) continue;
    for (const row of stored.notifications.values())
      if (row.status === 'waiting' && row.waitsForRev !== null && row.waitsForRev <= confirmed) {
        stored.notifications.set(row.notificationId, { ...row, status: 'pending' });
        isDue = true;
      }
  }
  for (const { event } of changes.effects) store.effects.add(event);
  if (changes.answer && load.idempotency) {
    const { owner, key } = load.idempotency;
    store.answers.set(answerKey(load.idempotency), { owner, key, ...changes.answer });
  }
  return isDue;
}

function applyRows(stored: StoredLocker, { changes, locker, presence, plan }: LockerBook): void {
  stored.head = { locker, presence, plan };
  const putAll = <Key, Row>(into: Map<Key, Row>, rows: ReadonlyMap<Key, Row>) => {
    for (const [key, row] of rows) into.set(key, Object.freeze(row));
  };
  putAll(stored.incarnations, changes.incarnations);
  putAll(stored.slots, changes.slots);
  putAll(stored.bookings, changes.bookings);
  putAll(stored.packages, changes.packages);
  putAll(stored.grants, changes.grants);
  putAll(stored.planItems, changes.planItems);
  for (const row of changes.log) {
    stored.log.push(row);
    stored.logKeys.add(logKey(row));
  }
  stored.doorHealth.push(...changes.doorHealth);
  for (const alarm of changes.alarms) stored.alarms.set(alarm.id, alarm);
}

export function logKey({ ordinal, seq, receivedAt }: EventLogRow): string {
  return `${ordinal} ${seq} ${receivedAt}`;
}

function storedNotification(row: NotificationRow, confirmed: number): LockerState['notifications'][number] {
  const { superseded: _, ...rest } = row;
  return { ...rest, status: firstStatus(row, confirmed) };
}

function answerKey({ owner, key }: { owner: string; key: string }): string {
  return JSON.stringify([owner, key]);
}
