import { type OpsAlarm, slotId } from '@latchwork/shared';
import type { RowRecord } from './bulk-write.ts';
import { firstStatus } from './notification-state.ts';
import type {
  BookingRow,
  DoorHealthRow,
  EventLogRow,
  GrantRow,
  IncarnationRow,
  LockerRow,
  NotificationRow,
  PackageRow,
  PlanHead,
  PlanItemRow,
  PresenceRow,
  SlotRow,
} from './rows.ts';

/** A row of each kind as its table holds it. `of` is the locker that it belongs to. */
type Of = Pick<LockerRow, 'lockerId' | 'country' | 'locationId'>;

export function lockerRecord(row: LockerRow): RowRecord<'locker'> {
  return {
    ...owner(row),
    location_id: row.locationId,
    cell: row.cell,
    name: row.name,
    status: row.status,
    num_slots: row.numSlots,
    free_slots: row.freeSlots,
    last_synced_at: row.lastSyncedAt,
    key_generation: row.keyGeneration,
  };
}

export function slotRecord(of: Of, row: SlotRow): RowRecord<'locker_slot'> {
  return {
    ...owner(of),
    slot_id: slotId(of.lockerId, row.slot),
    slot_number: row.slot,
    location_id: of.locationId,
    size: row.size,
    features: row.features,
    status: row.status,
  };
}

export function occupancyRecord(of: Of, row: SlotRow): RowRecord<'occupancy'> {
  return {
    ...owner(of),
    slot_id: slotId(of.lockerId, row.slot),
    slot_number: row.slot,
    occupancy: row.occupancy,
    faulty: row.faulty,
    fault_reason: row.faultReason,
    wearing: row.wearing,
    door: row.door,
    board_lost: row.boardLost,
    package_id: row.packageId,
    opening: row.opening,
    last_ordinal: row.last.ordinal,
    last_seq: row.last.seq,
    changed_at: row.changedAt,
  };
}

export function doorHealthRecord(of: Of, row: DoorHealthRow): RowRecord<'door_health'> {
  return {
    ...owner(of),
    slot_number: row.slot,
    day: row.day,
    openings: row.openings,
    first_opens: row.firstOpens,
    pulses: row.pulses,
    stuck: row.stuck,
    opens_in_ms: row.opensInMs,
    ordinal: row.ordinal,
    seq: row.seq,
  };
}

export function packageRecord(of: Of, row: PackageRow): RowRecord<'package'> {
  return {
    ...owner(of),
    package_id: row.packageId,
    user_id: row.userId,
    slot_id: slotIdOrNull(of, row.slot),
    tracking_id: row.trackingId,
    size: row.size,
    status: row.status,
    created_at: row.createdAt,
    delivered_at: row.deliveredAt,
    picked_up_at: row.pickedUpAt,
    last_ordinal: row.last.ordinal,
    last_seq: row.last.seq,
  };
}

export function bookingRecord(of: Of, row: BookingRow): RowRecord<'booking'> {
  return {
    ...owner(of),
    booking_id: row.bookingId,
    package_id: row.packageId,
    slot_id: slotIdOrNull(of, row.slot),
    size: row.size,
    status: row.status,
    expires_at: row.expiresAt,
    created_at: row.createdAt,
    token_hash: row.tokenHash,
  };
}

export function grantRecord(of: Of, row: GrantRow): RowRecord<'access_grant'> {
  return {
    ...owner(of),
    grant_id: row.grantId,
    booking_id: row.bookingId,
    key_generation: row.keyGeneration,
    counter: row.counter,
    code_hash: row.codeHash,
    status: row.status,
    expires_at: row.expiresAt,
    rev: row.rev,
  };
}

export function planHeadRecord(of: Of, plan: PlanHead): RowRecord<'plan_head'> {
  return { ...owner(of), server_epoch: plan.serverEpoch, rev: plan.rev };
}

export function planItemRecord(of: Of, row: PlanItemRow): RowRecord<'plan_item'> {
  return { ...owner(of), kind: row.kind, id: row.id, rev: row.rev, line: row.line };
}

export function cursorRecord(of: Of, row: IncarnationRow): RowRecord<'cursor'> {
  return {
    ...owner(of),
    incarnation: row.incarnation,
    ordinal: row.ordinal,
    next_seq: row.nextSeq,
    head: row.head,
    fence: row.fence,
    first_seen_at: row.firstSeenAt,
    durable_seq: row.durableSeq,
    marked_seq: row.markedSeq,
    marked_at: row.markedAt,
  };
}

export function presenceRecord(of: Of, row: PresenceRow): RowRecord<'presence'> {
  return {
    ...owner(of),
    online: row.online,
    since: row.since,
    last_heard_at: row.lastHeardAt,
    confirmed_epoch: row.confirmedEpoch,
    confirmed_rev: row.confirmedRev,
    digests_agree: row.digestsAgree,
    session_incarnation: row.session?.incarnation ?? null,
    session_agent_nonce: row.session?.agentNonce ?? null,
    session_server_nonce: row.session?.serverNonce ?? null,
    session_started_at: row.session?.startedAt ?? null,
  };
}

export function logRecord(of: Of, row: EventLogRow): RowRecord<'locker_event_log'> {
  return {
    ...owner(of),
    incarnation: row.incarnation,
    ordinal: row.ordinal,
    seq: row.seq,
    event_id: row.eventId,
    kind: row.kind,
    slot_number: row.slot,
    at: row.at,
    received_at: row.receivedAt,
    line: row.line,
    hash: row.hash,
    set_aside: row.setAside,
  };
}

export function notificationRecord(
  of: Of,
  row: NotificationRow,
  confirmed: number,
): RowRecord<'notification_event'> {
  const status = firstStatus(row, confirmed);
  return {
    ...owner(of),
    notification_id: row.notificationId,
    kind: row.kind,
    user_id: row.userId,
    booking_id: row.bookingId,
    status,
    created_at: row.createdAt,
    waits_for_rev: row.waitsForRev,
    attempts: 0,
    next_attempt_at: row.createdAt,
    claimed_until: null,
    last_error: null,
    ended_at: status === 'superseded' ? row.createdAt : null,
  };
}

export function alarmRecord(of: Of, row: OpsAlarm): RowRecord<'alarm'> {
  return {
    ...owner(of),
    alarm_id: row.id,
    slot_number: row.slot ?? null,
    alarm: row.alarm,
    at: row.at,
    detail: row.detail,
    published_at: null,
  };
}

function owner({ lockerId, country }: Of): { locker_id: string; country: string } {
  return { locker_id: lockerId, country };
}

function slotIdOrNull({ lockerId }: Of, slot: number | null): string | null {
  return slot === null ? null : slotId(lockerId, slot);
}
