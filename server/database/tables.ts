import type {
  Authority,
  Cell,
  EntityId,
  EventBody,
  LockerId,
  PlanKind,
  Purpose,
  SlotSize,
  Uuid,
} from '@latchwork/shared';
import type { ColumnType } from 'kysely';
import type { CertificateAuthorityTable, DeviceCertificateTable } from './certificate-tables.ts';

/**
 * The tables as Kysely sees them: the columns of `migrations/`, whose comments say what each holds. Times are
 * Dates here (`new Date(ms)`, `.getTime()`); 64-bit integers are numbers, since all of ours stay below 2^53.
 * A row of a locker carries its country: ISO 3166-1 alpha-2 in lower case.
 */
export interface Tables {
  location: LocationTable;
  locker: LockerTable;
  locker_slot: LockerSlotTable;
  occupancy: OccupancyTable;
  slot_version: SlotVersionTable;
  door_health: DoorHealthTable;
  device: DeviceTable;
  device_certificate: DeviceCertificateTable;
  claim: ClaimTable;
  presence: PresenceTable;
  cursor: CursorTable;
  plan_head: PlanHeadTable;
  plan_item: PlanItemTable;
  package: PackageTable;
  booking: BookingTable;
  access_grant: AccessGrantTable;
  locker_event_log: LockerEventLogTable;
  effect: EffectTable;
  notification_event: NotificationEventTable;
  alarm: AlarmTable;
  idempotency: IdempotencyTable;
  person: PersonTable;
  courier: CourierTable;
  operator: OperatorTable;
  key_ring: KeyRingTable;
  certificate_authority: CertificateAuthorityTable;
}

/** Null unless given. */
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

interface OfLocker {
  locker_id: LockerId;
  country: string;
}

export interface LocationTable {
  location_id: EntityId;
  name: string;
  address: string;
  lat: number;
  long: number;
  pincode: string;
  country: string;
  time_zone: string;
}

export interface LockerTable extends OfLocker {
  location_id: EntityId;
  cell: Cell;
  name: string;
  status: 'new' | 'active' | 'outOfService' | 'retired';
  num_slots: number;
  free_slots: number;
  last_synced_at: Nullable<Date>;
  key_generation: number;
}

export interface LockerSlotTable extends OfLocker {
  slot_id: string;
  slot_number: number;
  location_id: EntityId;
  size: SlotSize;
  features: string[];
  status: 'inService' | 'blocked';
}

export interface OccupancyTable extends OfLocker {
  slot_id: string;
  slot_number: number;
  occupancy: 'empty' | 'occupied' | 'unsettled' | 'reopenable';
  faulty: boolean;
  fault_reason: Nullable<EventBody<'slot.outOfService'>['reason']>;
  wearing: Nullable<EventBody<'latch.wearing'>['sign']>;
  door: 'open' | 'closed' | 'unknown';
  board_lost: ColumnType<boolean, boolean | undefined, boolean>;
  package_id: Nullable<EntityId>;
  /** Written as JSON text. */
  opening: ColumnType<
    { authorisation: Uuid; purpose: Purpose; allowedBy: Authority } | null,
    string | null | undefined,
    string | null
  >;
  last_ordinal: number;
  last_seq: number;
  changed_at: Date;
}

/** Kept by triggers of the two tables before; nobody else writes it. */
export interface SlotVersionTable extends OfLocker {
  version: number;
}

export interface DoorHealthTable extends OfLocker {
  slot_number: number;
  /** `YYYY-MM-DD`. */
  day: string;
  openings: number;
  first_opens: number;
  pulses: number;
  stuck: number;
  opens_in_ms: Nullable<number>;
  ordinal: number;
  seq: number;
}

export interface DeviceTable extends OfLocker {
  device_id: EntityId;
  key_generation: number;
  broker_password_hash: Nullable<string>;
  enrolled_at: Date;
  retired_at: Nullable<Date>;
}

export interface ClaimTable extends OfLocker {
  claim_hash: string;
  created_at: Date;
  expires_at: Date;
  spent_at: Nullable<Date>;
  device_id: Nullable<EntityId>;
}

export interface PresenceTable extends OfLocker {
  online: boolean;
  since: Date;
  last_heard_at: Nullable<Date>;
  confirmed_epoch: number;
  confirmed_rev: number;
  digests_agree: boolean;
  session_incarnation: Nullable<Uuid>;
  session_agent_nonce: Nullable<string>;
  session_server_nonce: Nullable<string>;
  session_started_at: Nullable<Date>;
}

export interface CursorTable extends OfLocker {
  incarnation: Uuid;
  ordinal: number;
  next_seq: number;
  head: string;
  fence: Nullable<'replaced' | 'revoked' | 'cloned'>;
  first_seen_at: Date;
  durable_seq: number;
  marked_seq: number;
  marked_at: Date;
}

export interface PlanHeadTable extends OfLocker {
  server_epoch: number;
  rev: number;
}

export interface PlanItemTable extends OfLocker {
  kind: PlanKind;
  id: string;
  rev: number;
  line: string | null;
}

export interface PackageTable extends OfLocker {
  package_id: EntityId;
  user_id: Nullable<EntityId>;
  slot_id: Nullable<string>;
  tracking_id: string;
  size: SlotSize;
  status: 'WAITING' | 'DELIVERED' | 'PICKED_UP' | 'EXPIRED' | 'RETURNED' | 'CANCELLED';
  created_at: Date;
  delivered_at: Nullable<Date>;
  picked_up_at: Nullable<Date>;
  last_ordinal: number;
  last_seq: number;
}

export interface BookingTable extends OfLocker {
  booking_id: EntityId;
  package_id: EntityId;
  slot_id: Nullable<string>;
  size: SlotSize;
  status: 'active' | 'fulfilled' | 'displaced' | 'cancelled' | 'expired';
  expires_at: Date;
  created_at: Date;
  token_hash: string;
}

export interface AccessGrantTable extends OfLocker {
  grant_id: EntityId;
  booking_id: EntityId;
  key_generation: number;
  counter: number;
  code_hash: string;
  status: 'live' | 'redeemed' | 'revoked';
  expires_at: Date;
  rev: number;
}

export interface LockerEventLogTable extends OfLocker {
  incarnation: Uuid;
  ordinal: number;
  seq: number;
  event_id: Uuid;
  kind: string;
  slot_number: Nullable<number>;
  at: Date;
  received_at: Date;
  line: string;
  hash: string;
  set_aside: Nullable<string>;
}

export interface EffectTable extends OfLocker {
  event_id: Uuid;
}

export interface NotificationEventTable extends OfLocker {
  notification_id: EntityId;
  kind: 'booked' | 'codeReady' | 'delivered' | 'pickedUp' | 'cancelled' | 'expired';
  user_id: EntityId;
  booking_id: EntityId;
  status: 'waiting' | 'pending' | 'sent' | 'dead' | 'superseded';
  created_at: Date;
  waits_for_rev: Nullable<number>;
  attempts: number;
  next_attempt_at: Date;
  claimed_until: Nullable<Date>;
  last_error: Nullable<string>;
  ended_at: Nullable<Date>;
}

export interface AlarmTable extends OfLocker {
  alarm_id: Uuid;
  slot_number: Nullable<number>;
  alarm: string;
  at: Date;
  detail: string;
  published_at: Nullable<Date>;
}

export interface IdempotencyTable {
  owner: string;
  key: string;
  request_hash: string;
  answer: string;
  answered_at: Date;
}

export interface PersonTable {
  person_id: EntityId;
  email: string;
  created_at: Date;
}

export interface CourierTable {
  courier_id: EntityId;
  carrier: string;
  name: string;
  key_generation: number;
  status: 'active' | 'revoked';
  created_at: Date;
  expires_at: Nullable<Date>;
}

export interface OperatorTable {
  operator_id: EntityId;
  name: string;
  role: 'viewer' | 'support' | 'site' | 'technician' | 'admin';
  public_key: Nullable<string>;
  key_generation: number;
  status: 'active' | 'revoked';
  created_at: Date;
}

export interface KeyRingTable {
  generation: number;
  fingerprint: string;
  created_at: Date;
}
