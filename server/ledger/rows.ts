import type {
  Authority,
  Cell,
  EntityId,
  EventBody,
  LockerId,
  PlanKind,
  Purpose,
  SlotNumber,
  SlotSize,
  UnixMs,
  Uuid,
} from '@latchwork/shared';

/** Order of facts about one row: of two facts the one with the higher ordinal, then seq, is the newer. */
export interface FactOrder {
  ordinal: number;
  seq: number;
}

export interface LockerRow {
  lockerId: LockerId;
  locationId: EntityId;
  cell: Cell;
  country: string;
  name: string;
  status: 'new' | 'active' | 'outOfService' | 'retired';
  numSlots: number;
  /** In service, empty, settled, not reopenable and unbooked. */
  freeSlots: number;
  /** Last commit whose digests agreed. */
  lastSyncedAt: UnixMs | null;
  /** The key ring's generation from which the locker's key is derived. */
  keyGeneration: number;
}

/** How the locker was last heard: one row per locker, made at enrolment. */
export interface PresenceRow {
  online: boolean;
  since: UnixMs;
  lastHeardAt: UnixMs | null;
  /** The plan that the locker last said to have in force. */
  confirmedEpoch: number;
  confirmedRev: number;
  digestsAgree: boolean;
  session: { incarnation: Uuid; agentNonce: string; serverNonce: string; startedAt: UnixMs } | null;
}

/** The cursor of one incarnation. The current one has the highest ordinal and no fence. */
export interface IncarnationRow {
  incarnation: Uuid;
  ordinal: number;
  /** The sequence number wanted next. */
  nextSeq: number;
  /** The chain's hash before it. */
  head: string;
  fence: 'replaced' | 'revoked' | 'cloned' | null;
  firstSeenAt: UnixMs;
  /** Its locker may forget facts up to here. */
  durableSeq: number;
  /** What was committed at `markedAt`, and becomes durable once it has stood for long enough. */
  markedSeq: number;
  markedAt: UnixMs;
}

/** A slot as configured (wish) and as last reported (occupancy, fact). */
export interface SlotRow {
  slot: SlotNumber;
  size: SlotSize;
  features: string[];
  status: 'inService' | 'blocked';
  occupancy: 'empty' | 'occupied' | 'unsettled' | 'reopenable';
  /** The locker itself took it out of service. */
  faulty: boolean;
  /** Why; null where it is in service, or where that was said before reasons were kept. */
  faultReason: EventBody<'slot.outOfService'>['reason'] | null;
  /** The sign by which its latch seems to wear. */
  wearing: EventBody<'latch.wearing'>['sign'] | null;
  /** As last told; where it stands is not known while its board is lost. */
  door: 'open' | 'closed' | 'unknown';
  /** The lock board that it hangs on does not answer. */
  boardLost: boolean;
  packageId: EntityId | null;
  /** The opening that is under way. */
  opening: { authorisation: Uuid; purpose: Purpose; allowedBy: Authority } | null;
  last: FactOrder;
  changedAt: UnixMs;
}

/** How a door did on one day, as its locker told: a book only notes it, and never holds what was noted before. */
export interface DoorHealthRow extends EventBody<'door.health'>, FactOrder {}

export interface BookingRow {
  bookingId: EntityId;
  packageId: EntityId;
  slot: SlotNumber | null;
  size: SlotSize;
  /** `active` holds its slot; `fulfilled` once the package lies in a slot. */
  status: 'active' | 'fulfilled' | 'displaced' | 'cancelled' | 'expired';
  expiresAt: UnixMs;
  createdAt: UnixMs;
  /** SHA-256 of the secret with which its owner reads it. */
  tokenHash: string;
}

export interface PackageRow {
  packageId: EntityId;
  /** The recipient, opaque here; null for a parcel that nobody announced. */
  userId: EntityId | null;
  slot: SlotNumber | null;
  trackingId: string;
  size: SlotSize;
  status: 'WAITING' | 'DELIVERED' | 'PICKED_UP' | 'EXPIRED' | 'RETURNED' | 'CANCELLED';
  createdAt: UnixMs;
  deliveredAt: UnixMs | null;
  pickedUpAt: UnixMs | null;
  last: FactOrder;
}

export interface GrantRow {
  grantId: EntityId;
  bookingId: EntityId;
  keyGeneration: number;
  /** The counter with which the code was derived. */
  counter: number;
  codeHash: string;
  status: 'live' | 'redeemed' | 'revoked';
  expiresAt: UnixMs;
  /** The plan revision that carries it; its code is sent once the locker confirmed that. */
  rev: number;
}

export interface EventLogRow {
  incarnation: Uuid;
  ordinal: number;
  seq: number;
  eventId: Uuid;
  kind: string;
  slot: SlotNumber | null;
  at: UnixMs;
  receivedAt: UnixMs;
  line: string;
  hash: string;
  /** Why it was set aside; null when projected. */
  setAside: string | null;
}

export interface PlanHead {
  serverEpoch: number;
  rev: number;
}

export interface PlanItemRow {
  kind: PlanKind;
  id: string;
  rev: number;
  /** The exact line, or null for a tombstone. */
  line: string | null;
}

export type NotificationKind = 'booked' | 'codeReady' | 'delivered' | 'pickedUp' | 'cancelled' | 'expired';

export interface NotificationRow {
  notificationId: EntityId;
  kind: NotificationKind;
  userId: EntityId;
  bookingId: EntityId;
  createdAt: UnixMs;
  /** Not before the locker confirmed this revision; null for at once. */
  waitsForRev: number | null;
  /** Overtaken by later news of the same batch: recorded, never sent. */
  superseded?: true;
}

export interface LockerRows {
  locker: LockerRow;
  presence: PresenceRow | null;
  incarnations: IncarnationRow[];
  slots: SlotRow[];
  /** Active ones, those of packages still open, and those asked for by id. */
  bookings: BookingRow[];
  /** Those still open (see `isOpen`), those that lie in a slot, and those of the bookings here. */
  packages: PackageRow[];
  /** Live ones, and every one of the bookings here. */
  grants: GrantRow[];
  plan: PlanHead;
}
