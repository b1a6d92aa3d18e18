import type { ClientBase } from 'pg';
import type { BatchChanges } from './batch.ts';
import { writeRows } from './bulk-write.ts';
import type { LedgerLoad } from './ledger.ts';
import type { BookChanges, LockerBook } from './locker-book.ts';
import { confirmedRev } from './notification-state.ts';
import * as records from './postgres-records.ts';
import { writes } from './postgres-tables.ts';
import type { BookingRow, GrantRow } from './rows.ts';

/**
 * Writes all that a decision changed: one statement for each kind of row that changed, whatever the number of
 * lockers. Resolves with how many waiting notifications became due.
 */
export async function writeBatch(
  client: ClientBase,
  load: LedgerLoad,
  { lockers, effects, answer }: BatchChanges,
): Promise<number> {
  const books = lockers.map(({ book }) => book);
  await writeState(client, lockers);
  await writePlan(client, books);
  await writeFacts(client, books);
  // In one order everywhere, so that commits which take the same effects wait for each other in turn.
  const owned = effects.map(({ event, locker, country }) => ({
    event_id: event,
    locker_id: locker,
    country,
  }));
  owned.sort((a, b) => (a.event_id < b.event_id ? -1 : 1));
  await writeRows(client, writes.effect, owned);
  if (answer && load.idempotency) {
    const { owner, key, nowMs } = load.idempotency;
    const row = { owner, key, request_hash: answer.requestHash, answer: answer.answer, answered_at: nowMs };
    await writeRows(client, writes.answer, [row]);
  }
  return releaseNotifications(client, lockers);
}

async function writeState(client: ClientBase, lockers: BatchChanges['lockers']): Promise<void> {
  const books = lockers.map(({ book }) => book);
  const changedLockers = books.flatMap(({ changes }) => (changes.locker ? [changes.locker] : []));
  await writeRows(client, writes.locker, changedLockers.map(records.lockerRecord));
  await writeRows(client, writes.slot, lockers.flatMap(configuredSlots));
  await writeRows(client, writes.occupancy, rowsOf(books, 'slots', records.occupancyRecord));
  await writeRows(client, writes.package, rowsOf(books, 'packages', records.packageRecord));
  // What gives a slot or a code up goes first: both are unique among those that hold one, row by row.
  await letGoOfSlots(client, lockers);
  const bookings = rowsOf(books, 'bookings', (of, row) => ({ row, record: records.bookingRecord(of, row) }));
  await writeRows(client, writes.booking, holdersLast(bookings, 'active'));
  const grants = rowsOf(books, 'grants', (of, row) => ({ row, record: records.grantRecord(of, row) }));
  await writeRows(client, writes.grant, holdersLast(grants, 'live'));
}

async function writePlan(client: ClientBase, books: LockerBook[]): Promise<void> {
  const heads = books.flatMap(({ locker, changes }) =>
    changes.plan ? [records.planHeadRecord(locker, changes.plan)] : [],
  );
  await writeRows(client, writes.planHead, heads);
  await writeRows(client, writes.planItem, rowsOf(books, 'planItems', records.planItemRecord));
}

async function writeFacts(client: ClientBase, books: LockerBook[]): Promise<void> {
  await writeRows(client, writes.cursor, rowsOf(books, 'incarnations', records.cursorRecord));
  const presences = books.flatMap(({ locker, changes }) =>
    changes.presence ? [records.presenceRecord(locker, changes.presence)] : [],
  );
  await writeRows(client, writes.presence, presences);
  const log = books.flatMap(({ locker, changes }) =>
    changes.log.map((row) => records.logRecord(locker, row)),
  );
  await writeRows(client, writes.log, log);
  const doorHealth = books.flatMap(({ locker, changes }) =>
    changes.doorHealth.map((row) => records.doorHealthRecord(locker, row)),
  );
  await writeRows(client, writes.doorHealth, doorHealth);
  const notifications = books.flatMap((book) => {
    const confirmed = confirmedRev(book.presence, book.plan);
    return book.changes.notifications.map((row) => records.notificationRecord(book.locker, row, confirmed));
  });
  await writeRows(client, writes.notification, notifications);
  const alarms = books.flatMap(({ locker, changes }) =>
    changes.alarms.map((row) => records.alarmRecord(locker, row)),
  );
  await writeRows(client, writes.alarm, alarms);
}

/** What waited for a revision that its locker has now confirmed becomes due. */
async function releaseNotifications(client: ClientBase, lockers: BatchChanges['lockers']): Promise<number> {
  const confirmed = lockers.flatMap(({ before, book }) => {
    const rev = confirmedRev(book.presence, book.plan);
    return rev > confirmedRev(before.presence, before.plan) ? [{ locker_id: book.lockerId, rev }] : [];
  });
  if (confirmed.length === 0) return 0;
  const { rowCount } = await client.query({
    name: 'release notifications',
    text: `UPDATE notification_event n SET status = 'pending'
      FROM json_to_recordset($1) AS c(locker_id text, rev bigint)
      WHERE n.locker_id = c.locker_id AND n.status = 'waiting' AND n.waits_for_rev <= c.rev`,
    values: [JSON.stringify(confirmed)],
  });
  return rowCount ?? 0;
}

/** Bookings that move among slots in one commit first leave their old ones, since a unique index cannot wait. */
async function letGoOfSlots(client: ClientBase, lockers: BatchChanges['lockers']): Promise<void> {
  const moved = lockers.flatMap(({ before, book }) =>
    before.bookings.filter(({ bookingId, status, slot }) => {
      const after = book.changes.bookings.get(bookingId);
      return status === 'active' && after?.status === 'active' && after.slot !== slot;
    }),
  );
  if (moved.length === 0) return;
  await client.query('UPDATE booking SET slot_id = NULL WHERE booking_id = ANY($1)', [
    moved.map(({ bookingId }) => bookingId),
  ]);
}

/** The configuration of a slot is written only where it differs: most changes are facts. */
function configuredSlots({ before, book }: BatchChanges['lockers'][number]) {
  const known = new Map(before.slots.map((row) => [row.slot, row]));
  return [...book.changes.slots.values()].flatMap((row) => {
    const old = known.get(row.slot);
    const isSame =
      old?.size === row.size &&
      old.status === row.status &&
      JSON.stringify(old.features) === JSON.stringify(row.features);
    return isSame ? [] : [records.slotRecord(book.locker, row)];
  });
}

type MapKind = {
  [K in keyof BookChanges]: BookChanges[K] extends Map<unknown, unknown> ? K : never;
}[keyof BookChanges];
type RowOf<K extends MapKind> = BookChanges[K] extends Map<unknown, infer Row> ? Row : never;

function rowsOf<K extends MapKind, Result>(
  books: readonly LockerBook[],
  kind: K,
  map: (of: LockerBook['locker'], row: RowOf<K>) => Result,
): Result[] {
  return books.flatMap(({ locker, changes }) => {
    const rows = changes[kind] as ReadonlyMap<unknown, unknown>;
    return [...rows.values()].map((row) => map(locker, row as RowOf<K>));
  });
}

function holdersLast<Row extends BookingRow | GrantRow, Result>(
  rows: { row: Row; record: Result }[],
  holding: Row['status'],
): Result[] {
  const isHolder = ({ row }: { row: Row }) => Number(row.status === holding);
  return rows.sort((a, b) => isHolder(a) - isHolder(b)).map(({ record }) => record);
}
