import type { OpsAlarm } from '@latchwork/shared';
import type { Selectable } from 'kysely';
import type { Tables } from '../database/index.ts';
import type {
  BookingRow,
  DoorHealthRow,
  GrantRow,
  IncarnationRow,
  LockerRow,
  PackageRow,
  PresenceRow,
  SlotRow,
} from './rows.ts';

/** What the statements of `postgres-load.ts` select; the ledger puts each row into its locker's book. */
type Of<Table extends keyof Tables> = Omit<Selectable<Tables[Table]>, 'country'>;
export type LockerRecord = Selectable<Tables['locker']>;
export type CursorRecord = Of<'cursor'>;
export type SlotRecord = Omit<Of<'locker_slot'>, 'slot_id' | 'location_id'> &
  Omit<Of<'occupancy'>, 'slot_id' | 'slot_number'>;
export type BookingRecord = Of<'booking'>;
export type PackageRecord = Of<'package'>;
export type GrantRecord = Of<'access_grant'>;
/** Without a presence every column of it is null. */
export type HeadRecord = Of<'plan_head'> & {
  [Column in keyof Omit<Of<'presence'>, 'locker_id'>]: Of<'presence'>[Column] | null;
} & { slot_version: number };
type AlarmRecord = Pick<
  Selectable<Tables['alarm']>,
  'alarm_id' | 'locker_id' | 'slot_number' | 'alarm' | 'at' | 'detail'
>;

export function toLocker(record: LockerRecord): LockerRow {
  return {
    lockerId: record.locker_id,
    locationId: record.location_id,
    cell: record.cell,
    country: record.country,
    name: record.name,
    status: record.status,
    numSlots: record.num_slots,
    freeSlots: record.free_slots,
    lastSyncedAt: msOf(record.last_synced_at),
    keyGeneration: record.key_generation,
  };
}

export function toPresence(record: Omit<HeadRecord, 'slot_version'>): PresenceRow | null {
  if (record.since === null) return null;
  return {
    online: record.online === true,
    since: record.since.getTime(),
    lastHeardAt: msOf(record.last_heard_at),
    confirmedEpoch: record.confirmed_epoch ?? 0,
    confirmedRev: record.confirmed_rev ?? 0,
    digestsAgree: record.digests_agree === true,
    session: toSession(record),
  };
}

function toSession(record: Omit<HeadRecord, 'slot_version'>): PresenceRow['session'] {
  if (
    record.session_incarnation === null ||
    record.session_agent_nonce === null ||
    record.session_server_nonce === null ||
    record.session_started_at === null
  )
    return null;
  return {
    incarnation: record.session_incarnation,
    agentNonce: record.session_agent_nonce,
    serverNonce: record.session_server_nonce,
    startedAt: record.session_started_at.getTime(),
  };
}

export function toIncarnation(record: CursorRecord): IncarnationRow {
  return {
    incarnation: record.incarnation,
    ordinal: record.ordinal,
    nextSeq: record.next_seq,
    head: record.head,
    fence: record.fence,
    firstSeenAt: record.first_seen_at.getTime(),
    durableSeq: record.durable_seq,
    markedSeq: record.marked_seq,
    markedAt: record.marked_at.getTime(),
  };
}

export function toSlot(record: SlotRecord): SlotRow {
  return {
    slot: record.slot_number,
    size: record.size,
    features: record.features,
    status: record.status,
    occupancy: record.occupancy,
    faulty: record.faulty,
    faultReason: record.fault_reason,
    wearing: record.wearing,
    door: record.door,
    boardLost: record.board_lost,
    packageId: record.package_id,
    opening: record.opening,
    last: { ordinal: record.last_ordinal, seq: record.last_seq },
    changedAt: record.changed_at.getTime(),
  };
}

export function toDoorHealth(record: Selectable<Tables['door_health']>): DoorHealthRow {
  return {
    slot: record.slot_number,
    day: record.day,
    openings: record.openings,
    firstOpens: record.first_opens,
    pulses: record.pulses,
    stuck: record.stuck,
    opensInMs: record.opens_in_ms,
    ordinal: record.ordinal,
    seq: record.seq,
  };
}

export function toBooking(record: BookingRecord): BookingRow {
  return {
    bookingId: record.booking_id,
    packageId: record.package_id,
    slot: slotNumberOf(record.slot_id),
    size: record.size,
    status: record.status,
    expiresAt: record.expires_at.getTime(),
    createdAt: record.created_at.getTime(),
    tokenHash: record.token_hash,
  };
}

export function toPackage(record: PackageRecord): PackageRow {
  return {
    packageId: record.package_id,
    userId: record.user_id,
    slot: slotNumberOf(record.slot_id),
    trackingId: record.tracking_id,
    size: record.size,
    status: record.status,
    createdAt: record.created_at.getTime(),
    deliveredAt: msOf(record.delivered_at),
    pickedUpAt: msOf(record.picked_up_at),
    last: { ordinal: record.last_ordinal, seq: record.last_seq },
  };
}

export function toGrant(record: GrantRecord): GrantRow {
  return {
    grantId: record.grant_id,
    bookingId: record.booking_id,
    keyGeneration: record.key_generation,
    counter: record.counter,
    codeHash: record.code_hash,
    status: record.status,
    expiresAt: record.expires_at.getTime(),
    rev: record.rev,
  };
}

export function toAlarm(row: AlarmRecord): OpsAlarm {
  return {
    v: 1,
    id: row.alarm_id,
    locker: row.locker_id,
    ...(row.slot_number === null ? {} : { slot: row.slot_number }),
    alarm: row.alarm as OpsAlarm['alarm'],
    at: row.at.getTime(),
    detail: row.detail,
  };
}

function slotNumberOf(id: string | null): number | null {
  return id === null ? null : Number(id.slice(id.lastIndexOf(':') + 1));
}

function msOf(time: Date | null): number | null {
  return time === null ? null : time.getTime();
}
