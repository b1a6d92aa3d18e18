import type { LockerId, Uuid } from '@latchwork/shared';
import type { LedgerBooks, LedgerLoad, LedgerNews } from './ledger.ts';
import { LockerBook } from './locker-book.ts';
import type { LockerRows } from './rows.ts';

/** What a ledger loaded and locked for one commit. */
export interface Loaded {
  lockers: Map<LockerId, LockerRows>;
  /** Those of `load.events` whose effects were taken before. */
  taken: ReadonlySet<Uuid>;
  answer: Answer | undefined;
  isTracked: boolean;
}

export interface Answer {
  requestHash: string;
  answer: string;
}

/** What a decision did; the ledger writes exactly this. */
export interface BatchChanges {
  lockers: { before: LockerRows; book: LockerBook }[];
  effects: { event: Uuid; locker: LockerId; country: string }[];
  /** Under `load.idempotency`. */
  answer: Answer | undefined;
}

/**
 * Lets `decide` work on what was loaded, the same for every ledger. Whatever `decide` throws is thrown on,
 * and an Error for what only a mistake in it can cause.
 */
export function decideBatch<T>(
  load: LedgerLoad,
  loaded: Loaded,
  decide: (books: LedgerBooks) => T,
): { result: T; changes: BatchChanges } {
  const books = new Map([...loaded.lockers].map(([id, rows]) => [id, new LockerBook(inOrderOfIds(rows))]));
  const asked = new Set(load.events);
  const taken = new Set(loaded.taken);
  const fresh: Uuid[] = [];
  let given: Answer | undefined;
  const result = decide({
    of: (locker) => books.get(locker),
    takeEffect(event) {
      if (!asked.has(event)) throw new Error(`the effect of ${event} was taken but not loaded`);
      if (taken.has(event)) return false;
      taken.add(event);
      fresh.push(event);
      return true;
    },
    isTracked: () => loaded.isTracked,
    answered: () => loaded.answer,
    answer(requestHash, answer) {
      if (load.idempotency === undefined || loaded.answer !== undefined)
        throw new Error('an answer was given where none was asked for, or a second one');
      given = { requestHash, answer };
    },
  });
  if (result instanceof Promise) throw new Error('a decision must not be asynchronous');
  const changed = [...loaded.lockers].flatMap(([id, before]) => {
    const book = books.get(id);
    return book ? [{ before, book }] : [];
  });
  return { result, changes: { lockers: changed, effects: ownersOf(fresh, changed), answer: given } };
}

/** The same on every ledger, whatever order rows are found in. */
function inOrderOfIds(rows: LockerRows): LockerRows {
  const by = <Row>(list: readonly Row[], id: (row: Row) => string) =>
    list.toSorted((a, b) => (id(a) < id(b) ? -1 : 1));
  return {
    ...rows,
    bookings: by(rows.bookings, (row) => row.bookingId),
    packages: by(rows.packages, (row) => row.packageId),
    grants: by(rows.grants, (row) => row.grantId),
  };
}

/** What listeners hear of a commit. `isDue` says that a notification may now be sent. */
export function newsOf({ lockers }: BatchChanges, isDue: boolean): LedgerNews[] {
  const news: LedgerNews[] = [];
  for (const { book } of lockers) {
    if (book.changes.plan) news.push({ kind: 'plan', locker: book.lockerId });
    if (book.changes.log.length > 0) news.push({ kind: 'events', locker: book.lockerId });
  }
  if (isDue || lockers.some(({ book }) => book.changes.notifications.length > 0))
    news.push({ kind: 'notification' });
  if (lockers.some(({ book }) => book.changes.alarms.length > 0)) news.push({ kind: 'alarm' });
  return news;
}

/** An effect belongs to the locker that logs its event in the same commit, or to the only one there. */
function ownersOf(events: readonly Uuid[], lockers: BatchChanges['lockers']): BatchChanges['effects'] {
  const owners = new Map<Uuid, LockerBook>();
  for (const { book } of lockers) for (const row of book.changes.log) owners.set(row.eventId, book);
  const only = lockers.length === 1 ? lockers[0]?.book : undefined;
  return events.map((event) => {
    const book = owners.get(event) ?? only;
    if (!book) throw new Error(`the effect of ${event} was taken, but no locker logs it`);
    return { event, locker: book.lockerId, country: book.locker.country };
  });
}
