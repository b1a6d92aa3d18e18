import { type EntityId, entityId, type LockerId, type OpsAlarm, type Uuid } from '@latchwork/shared';
import type { LockerRegistration } from './register-locker.ts';
import type {
  BookingRow,
  DoorHealthRow,
  EventLogRow,
  GrantRow,
  IncarnationRow,
  NotificationRow,
  PackageRow,
  PresenceRow,
} from './rows.ts';

/** Rows for tests, whole and valid, of which a test names only what it is about. */

export const startMs = 1_750_000_000_123;

/** The n-th id of a test; the same n is the same id. */
export function uuid(n: number): Uuid {
  return `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function id(n: number): EntityId {
  return entityId('gb', uuid(n));
}

export function hash(n: number): string {
  return n.toString(36).padStart(43, '0');
}

export function nonce(n: number): string {
  return n.toString(36).padStart(22, '0');
}

export function registration(lockerId: LockerId, slots = 4): LockerRegistration {
  return {
    location: {
      locationId: id(1),
      name: 'Station',
      address: '1 High Street',
      lat: 51.5,
      long: -0.12,
      pincode: 'N1 9AG',
      country: 'gb',
      timeZone: 'Europe/London',
    },
    locker: { lockerId, name: 'Hallway', keyGeneration: 1 },
    slots: Array.from({ length: slots }, (_, index) => ({
      slot: index + 1,
      size: (['S', 'M', 'L'] as const)[index % 3] ?? 'S',
      features: index === 0 ? ['low', 'a,b'] : [],
    })),
    policy: {
      lockerName: 'Hallway',
      helpNumber: '0800 000000',
      unknownBarcodes: 'accept',
      reopenGraceS: 60,
      visitIdleS: 60,
      settleS: 10,
      leftOpenS: 120,
    },
    nowMs: startMs,
  };
}

export function packageRow(n: number, change: Partial<PackageRow> = {}): PackageRow {
  return {
    packageId: id(n),
    userId: id(2),
    slot: null,
    trackingId: `PARCEL${n}`,
    size: 'S',
    status: 'WAITING',
    createdAt: startMs + n,
    deliveredAt: null,
    pickedUpAt: null,
    last: { ordinal: 0, seq: 0 },
    ...change,
  };
}

export function bookingRow(n: number, packageN: number, change: Partial<BookingRow> = {}): BookingRow {
  return {
    bookingId: id(n),
    packageId: id(packageN),
    slot: null,
    size: 'S',
    status: 'active',
    expiresAt: startMs + 86_400_000,
    createdAt: startMs + n,
    tokenHash: hash(n),
    ...change,
  };
}

export function grantRow(n: number, bookingN: number, change: Partial<GrantRow> = {}): GrantRow {
  return {
    grantId: id(n),
    bookingId: id(bookingN),
    keyGeneration: 1,
    counter: 0,
    codeHash: hash(n),
    status: 'live',
    expiresAt: startMs + 86_400_000,
    rev: 1,
    ...change,
  };
}

export function incarnationRow(n: number, change: Partial<IncarnationRow> = {}): IncarnationRow {
  return {
    incarnation: uuid(n),
    ordinal: 1,
    nextSeq: 1,
    head: hash(0),
    fence: null,
    firstSeenAt: startMs,
    durableSeq: 0,
    markedSeq: 0,
    markedAt: startMs,
    ...change,
  };
}

export function presenceRow(change: Partial<PresenceRow> = {}): PresenceRow {
  return {
    online: true,
    since: startMs,
    lastHeardAt: startMs + 1,
    confirmedEpoch: startMs,
    confirmedRev: 0,
    digestsAgree: true,
    session: null,
    ...change,
  };
}

export function doorHealthRow(change: Partial<DoorHealthRow> = {}): DoorHealthRow {
  return {
    ...{ slot: 1, day: '2025-06-15', ordinal: 1, seq: 5 },
    ...{ openings: 4, firstOpens: 3, pulses: 6, stuck: 0, opensInMs: 310 },
    ...change,
  };
}

export function logRow(eventN: number, seq: number, change: Partial<EventLogRow> = {}): EventLogRow {
  return {
    incarnation: uuid(3),
    ordinal: 1,
    seq,
    eventId: uuid(eventN),
    kind: 'door.opened',
    slot: 1,
    at: startMs + seq,
    receivedAt: startMs + 1_000,
    line: `{"id":"${uuid(eventN)}","text":"quote \\" and \\\\ and é"}`,
    hash: hash(seq),
    setAside: null,
    ...change,
  };
}

export function notificationRow(n: number, change: Partial<NotificationRow> = {}): NotificationRow {
  return {
    notificationId: id(n),
    kind: 'booked',
    userId: id(2),
    bookingId: id(4),
    createdAt: startMs + n,
    waitsForRev: null,
    ...change,
  };
}

export function alarm(n: number, locker: LockerId): OpsAlarm {
  return { v: 1, id: uuid(n), locker, slot: 1, alarm: 'door stuck', at: startMs, detail: 'Three tries.' };
}
