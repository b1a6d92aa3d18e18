import { isOpenSql } from './open-package.ts';

/** What `postgres-load.ts` reads, each for any number of lockers ($1). */

// NO KEY, so that rows which refer to the locker can still be written by others.
export const lock = `SELECT locker_id, location_id, cell, country, name, status, num_slots, free_slots, last_synced_at,
  key_generation FROM locker WHERE locker_id = ANY($1) ORDER BY locker_id FOR NO KEY UPDATE`;

export const heads = `SELECT h.locker_id, h.server_epoch, h.rev, p.online, p.since, p.last_heard_at, p.confirmed_epoch,
  p.confirmed_rev, p.digests_agree, p.session_incarnation, p.session_agent_nonce, p.session_server_nonce,
  p.session_started_at, coalesce(v.version, 0) AS slot_version
  FROM plan_head h LEFT JOIN presence p USING (locker_id) LEFT JOIN slot_version v USING (locker_id)
  WHERE h.locker_id = ANY($1)`;

export const cursors = `SELECT locker_id, incarnation, ordinal, next_seq, head, fence, first_seen_at,
  durable_seq, marked_seq, marked_at
  FROM cursor WHERE locker_id = ANY($1) ORDER BY locker_id, ordinal`;

export const slots = `SELECT s.locker_id, s.slot_number, s.size, s.features, s.status, o.occupancy, o.faulty, o.door,
  o.board_lost, o.fault_reason, o.wearing, o.package_id, o.opening, o.last_ordinal, o.last_seq, o.changed_at
  FROM locker_slot s JOIN occupancy o USING (slot_id) WHERE s.locker_id = ANY($1)`;

const bookingColumns = `b.booking_id, b.package_id, b.slot_id, b.locker_id, b.size, b.status, b.expires_at,
  b.created_at, b.token_hash`;
export const bookings = `SELECT ${bookingColumns} FROM booking b WHERE b.locker_id = ANY($1) AND b.status = 'active'
  UNION ALL
  SELECT ${bookingColumns} FROM booking b
    WHERE b.booking_id = ANY($2) AND b.locker_id = ANY($1) AND b.status <> 'active'
  UNION ALL
  SELECT ${bookingColumns} FROM package p JOIN booking b USING (package_id)
    WHERE p.locker_id = ANY($1) AND ${isOpenSql} AND b.status <> 'active' AND b.booking_id <> ALL($2)`;

const packageColumns = `p.package_id, p.user_id, p.slot_id, p.locker_id, p.tracking_id, p.size, p.status,
  p.created_at, p.delivered_at, p.picked_up_at, p.last_ordinal, p.last_seq`;
export const packages = `SELECT ${packageColumns} FROM package p WHERE p.locker_id = ANY($1) AND ${isOpenSql}
  UNION ALL
  SELECT ${packageColumns} FROM package p
    WHERE p.package_id = ANY($2) AND p.locker_id = ANY($1) AND NOT ${isOpenSql}`;

const grantColumns = `grant_id, booking_id, locker_id, key_generation, counter, code_hash, status, expires_at, rev`;
export const grants = `SELECT ${grantColumns} FROM access_grant WHERE locker_id = ANY($1) AND status = 'live'
  UNION ALL
  SELECT ${grantColumns} FROM access_grant
    WHERE booking_id = ANY($2) AND locker_id = ANY($1) AND status <> 'live'`;

export const versions = 'SELECT locker_id, version FROM slot_version WHERE locker_id = ANY($1)';

export const effects = 'SELECT event_id FROM effect WHERE event_id = ANY($1)';
