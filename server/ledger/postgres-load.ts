import type { LockerId, Uuid } from '@latchwork/shared';
import type { ClientBase } from 'pg';
import type { Tables } from '../database/index.ts';
import type { Answer, Loaded } from './batch.ts';
import type { LedgerLoad } from './ledger.ts';
import { isOpenSql } from './open-package.ts';
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
  const ids = [...new Set(load.lockers)];
  const locked = await query<LockerRecord>(client, 'lock', lockSql, [ids]);
  const lockers = new Map<LockerId, LockerRows>();
  const versions = new Map<LockerId, number>();
  for (const record of locked) lockers.set(record.locker_id, emptyRows(record));
  if (lockers.size > 0) await loadBooks(client, { lockers, versions, cache, asked: load.bookings ?? [] });
  const taken = load.events?.length
    ? await query<{ event_id: Uuid }>(client, 'effects', effectSql, [load.events])
    : [];
  return { lockers, versions, taken: new Set(taken.map((row) => row.event_id)), answer };
}

async function loadBooks(client: ClientBase, context: BooksContext): Promise<void> {
  const { lockers, asked } = context;
  const ids = [...lockers.keys()];
  await loadHeads(client, context);
  each(lockers, await query<CursorRecord>(client, 'cursors', cursorSql, [ids]), (rows, record) =>
    rows.incarnations.push(toIncarnation(record)),
  );
  const bookings = await query<BookingRecord>(client, 'bookings', bookingSql, [ids, asked]);
  each(lockers, bookings, (rows, record) => rows.bookings.push(toBooking(record)));
  const named = new Set<string>(bookings.map((record) => record.package_id));
  for (const { slots } of lockers.values())
    for (const { packageId } of slots) if (packageId !== null) named.add(packageId);
  each(
    lockers,
    await query<PackageRecord>(client, 'packages', packageSql, [ids, [...named]]),
    (rows, record) => rows.packages.push(toPackage(record)),
  );
  const bookingIds = bookings.map((record) => record.booking_id);
  each(lockers, await query<GrantRecord>(client, 'grants', grantSql, [ids, bookingIds]), (rows, record) =>
    rows.grants.push(toGrant(record)),
  );
}

/** Also the slots: of those whose version is remembered nothing is read. */
async function loadHeads(client: ClientBase, { lockers, versions, cache }: BooksContext): Promise<void> {
  each(lockers, await query<HeadRecord>(client, 'heads', headSql, [[...lockers.keys()]]), (rows, record) => {
    rows.plan = { serverEpoch: record.server_epoch, rev: record.rev };
    rows.presence = toPresence(record);
    versions.set(record.locker_id, record.slot_version);
  });
  const unknown: LockerId[] = [];
  for (const [id, rows] of lockers) {
    const slots = cache.get(id, versions.get(id) ?? 0);
    if (slots) rows.slots = [...slots];
    else unknown.push(id);
  }
  if (unknown.length === 0) return;
  each(lockers, await query<SlotRecord>(client, 'slots', slotSql, [unknown]), (rows, record) =>
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
  return lockers.length === 0 ? [] : query(client, 'versions', versionSql, [lockers]);
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

// NO KEY, so that rows which refer to the locker can still be written by others.
const lockSql = `SELECT locker_id, location_id, cell, country, name, status, num_slots, free_slots, last_synced_at,
  key_generation FROM locker WHERE locker_id = ANY($1) ORDER BY locker_id FOR NO KEY UPDATE`;

const headSql = `SELECT h.locker_id, h.server_epoch, h.rev, p.online, p.since, p.last_heard_at, p.confirmed_epoch,
  p.confirmed_rev, p.digests_agree, p.session_incarnation, p.session_agent_nonce, p.session_server_nonce,
  p.session_started_at, coalesce(v.version, 0) AS slot_version
  FROM plan_head h LEFT JOIN presence p USING (locker_id) LEFT JOIN slot_version v USING (locker_id) WHERE h.locker_id = ANY($1)`;

const cursorSql = `SELECT locker_id, incarnation, ordinal, next_seq, head, fence, first_seen_at
  FROM cursor WHERE locker_id = ANY($1) ORDER BY locker_id, ordinal`;

const slotSql = `SELECT s.locker_id, s.slot_number, s.size, s.features, s.status, o.occupancy, o.faulty, o.door,
  o.package_id, o.opening, o.last_ordinal, o.last_seq, o.changed_at
  FROM locker_slot s JOIN occupancy o USING (slot_id) WHERE s.locker_id = ANY($1)`;

const bookingColumns = `b.booking_id, b.package_id, b.slot_id, b.locker_id, b.size, b.status, b.expires_at,
  b.created_at, b.token_hash`;
const bookingSql = `SELECT ${bookingColumns} FROM booking b WHERE b.locker_id = ANY($1) AND b.status = 'active'
  UNION ALL
  SELECT ${bookingColumns} FROM booking b
    WHERE b.booking_id = ANY($2) AND b.locker_id = ANY($1) AND b.status <> 'active'
  UNION ALL
  SELECT ${bookingColumns} FROM package p JOIN booking b USING (package_id)
    WHERE p.locker_id = ANY($1) AND ${isOpenSql} AND b.status <> 'active' AND b.booking_id <> ALL($2)`;

const packageColumns = `p.package_id, p.user_id, p.slot_id, p.locker_id, p.tracking_id, p.size, p.status,
  p.created_at, p.delivered_at, p.picked_up_at, p.last_ordinal, p.last_seq`;
const packageSql = `SELECT ${packageColumns} FROM package p WHERE p.locker_id = ANY($1) AND ${isOpenSql}
  UNION ALL
  SELECT ${packageColumns} FROM package p
    WHERE p.package_id = ANY($2) AND p.locker_id = ANY($1) AND NOT ${isOpenSql}`;

const grantColumns = `grant_id, booking_id, locker_id, key_generation, counter, code_hash, status, expires_at, rev`;
const grantSql = `SELECT ${grantColumns} FROM access_grant WHERE locker_id = ANY($1) AND status = 'live'
  UNION ALL
  SELECT ${grantColumns} FROM access_grant
    WHERE booking_id = ANY($2) AND locker_id = ANY($1) AND status <> 'live'`;

const versionSql = 'SELECT locker_id, version FROM slot_version WHERE locker_id = ANY($1)';

const effectSql = 'SELECT event_id FROM effect WHERE event_id = ANY($1)';
