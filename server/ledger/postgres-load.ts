import type { LockerId, Uuid } from '@latchwork/shared';
import type { ClientBase } from 'pg';
import type { Tables } from '../database/index.ts';
import type { Answer, Loaded } from './batch.ts';
import type { LedgerLoad } from './ledger.ts';
import {
  type BookingRecord,
  type CursorRecord,
  type GrantRecord,
  type HeadRecord,
  type LockerRecord,
  type PackageRecord,
  type SlotRecord,
  toBooking,
  toGrant,
  toIncarnation,
  toLocker,
  toPackage,
  toPresence,
  toSlot,
} from './postgres-rows.ts';
import * as select from './postgres-selects.ts';
import type { LockerRows } from './rows.ts';
import type { SlotCache } from './slot-cache.ts';

export interface LoadedBatch extends Loaded {
  /** Of the lockers' slots, as loaded. */
  versions: Map<LockerId, number>;
}

interface BooksContext extends Pick<LoadedBatch, 'lockers' | 'versions'> {
  cache: SlotCache;
  /** Bookings to load although they may be over. */
  asked: readonly string[];
}

/**
 * Locks the lockers in the order of their ids, then loads what their books hold: a fixed number of statements
 * for any number of lockers. Each statement sees what was committed before it began, and the lock keeps
 * everybody else off these lockers' rows, so together they see one state.
 */
export async function loadBatch(
  client: ClientBase,
  load: LedgerLoad,
  cache: SlotCache,
): Promise<LoadedBatch> {
  // Before any locker: two repetitions of a request may choose different lockers, and must take turns.
  const answer = load.idempotency && (await loadAnswer(client, load.idempotency));
  const isTracked = load.trackingId !== undefined && (await loadTracked(client, load.trackingId));
  const ids = [...new Set(load.lockers)];
  const locked = await query<LockerRecord>(client, 'lock', select.lock, [ids]);
  const lockers = new Map<LockerId, LockerRows>();
  const versions = new Map<LockerId, number>();
  for (const record of locked) lockers.set(record.locker_id, emptyRows(record));
  if (lockers.size > 0) await loadBooks(client, { lockers, versions, cache, asked: load.bookings ?? [] });
  const taken = load.events?.length
    ? await query<{ event_id: Uuid }>(client, 'effects', select.effects, [load.events])
    : [];
  return { lockers, versions, taken: new Set(taken.map((row) => row.event_id)), answer, isTracked };
}

async function loadBooks(client: ClientBase, context: BooksContext): Promise<void> {
  const { lockers, asked } = context;
  const ids = [...lockers.keys()];
  await loadHeads(client, context);
  each(lockers, await query<CursorRecord>(client, 'cursors', select.cursors, [ids]), (rows, record) =>
    rows.incarnations.push(toIncarnation(record)),
  );
  const bookings = await query<BookingRecord>(client, 'bookings', select.bookings, [ids, asked]);
  each(lockers, bookings, (rows, record) => rows.bookings.push(toBooking(record)));
  const named = new Set<string>(bookings.map((record) => record.package_id));
  for (const { slots } of lockers.values())
    for (const { packageId } of slots) if (packageId !== null) named.add(packageId);
  each(
    lockers,
    await query<PackageRecord>(client, 'packages', select.packages, [ids, [...named]]),
    (rows, record) => rows.packages.push(toPackage(record)),
  );
  const bookingIds = bookings.map((record) => record.booking_id);
  each(
    lockers,
    await query<GrantRecord>(client, 'grants', select.grants, [ids, bookingIds]),
    (rows, record) => rows.grants.push(toGrant(record)),
  );
}

/** Also the slots: of those whose version is remembered nothing is read. */
async function loadHeads(client: ClientBase, { lockers, versions, cache }: BooksContext): Promise<void> {
  each(
    lockers,
    await query<HeadRecord>(client, 'heads', select.heads, [[...lockers.keys()]]),
    (rows, record) => {
      rows.plan = { serverEpoch: record.server_epoch, rev: record.rev };
      rows.presence = toPresence(record);
      versions.set(record.locker_id, record.slot_version);
    },
  );
  const unknown: LockerId[] = [];
  for (const [id, rows] of lockers) {
    const version = versions.get(id);
    const slots = version === undefined ? undefined : cache.get(id, version);
    if (slots) rows.slots = [...slots];
    else unknown.push(id);
  }
  if (unknown.length === 0) return;
  each(lockers, await query<SlotRecord>(client, 'slots', select.slots, [unknown]), (rows, record) =>
    rows.slots.push(toSlot(record)),
  );
  for (const id of unknown) lockers.get(id)?.slots.sort((a, b) => a.slot - b.slot);
}

function each<Row extends { locker_id: LockerId }>(
  lockers: ReadonlyMap<LockerId, LockerRows>,
  records: readonly Row[],
  put: (rows: LockerRows, record: Row) => void,
): void {
  for (const record of records) {
    const rows = lockers.get(record.locker_id);
    if (rows) put(rows, record);
  }
}

/** The versions of these lockers' slots as this transaction left them. */
export async function slotVersions(
  client: ClientBase,
  lockers: readonly LockerId[],
): Promise<{ locker_id: LockerId; version: number }[]> {
  return lockers.length === 0 ? [] : query(client, 'versions', select.versions, [lockers]);
}

async function loadAnswer(
  client: ClientBase,
  { owner, key }: { owner: string; key: string },
): Promise<Answer | undefined> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify([owner, key])]);
  const [found] = await query<Pick<Tables['idempotency'], 'request_hash' | 'answer'>>(
    client,
    'answer',
    'SELECT request_hash, answer FROM idempotency WHERE owner = $1 AND key = $2',
    [owner, key],
  );
  return found && { requestHash: found.request_hash, answer: found.answer };
}

/** The lock is held until the commit, so that the next one sees the package that this one puts. */
async function loadTracked(client: ClientBase, trackingId: string): Promise<boolean> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [trackingId]);
  const found = await query(
    client,
    'tracked',
    "SELECT 1 FROM package WHERE tracking_id = $1 AND status IN ('WAITING', 'DELIVERED') LIMIT 1",
    [trackingId],
  );
  return found.length > 0;
}

function emptyRows(record: LockerRecord): LockerRows {
  return {
    locker: toLocker(record),
    presence: null,
    incarnations: [],
    slots: [],
    bookings: [],
    packages: [],
    grants: [],
    plan: { serverEpoch: 0, rev: 0 },
  };
}

/** Named, so that each connection parses and plans a statement once. */
async function query<Row extends object>(
  client: ClientBase,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const { rows } = await client.query<Row>({ name: `ledger ${name}`, text, values });
  return rows;
}
