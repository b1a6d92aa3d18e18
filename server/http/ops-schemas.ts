import {
  Cell,
  EntityId,
  LockerId,
  type OpsAlarm,
  Purpose,
  SlotNumber,
  SlotSize,
  Uuid,
} from '@latchwork/shared';
import { z } from 'zod';
import { Time } from './schemas.ts';

/** What `/v1/ops` gives to operators. No addresses of recipients, no codes, no secrets. */

const count = z.int().min(0);

export const OpsLocker = z
  .strictObject({
    lockerId: LockerId,
    cell: Cell,
    country: z.string(),
    name: z.string(),
    address: z.string(),
    pincode: z.string(),
    status: z.enum(['new', 'active', 'outOfService', 'retired']),
    online: z.boolean(),
    onlineSince: Time.nullable().describe('When `online` last changed; null before the first contact.'),
    lastHeardAt: Time.nullable(),
    lastSyncedAt: Time.nullable(),
    slots: z.strictObject({
      total: count,
      free: count,
      occupied: count,
      unsettled: count,
      outOfService: count,
    }),
    plan: z.strictObject({
      serverEpoch: count,
      rev: count.describe('The head: what the locker should have.'),
      confirmedEpoch: count,
      confirmedRev: count.describe('What the locker last said to have.'),
      digestsAgree: z.boolean(),
    }),
  })
  .meta({ id: 'OpsLocker' });
export type OpsLocker = z.infer<typeof OpsLocker>;

export const OpsLockers = z.strictObject({ lockers: z.array(OpsLocker) }).meta({ id: 'OpsLockers' });
export type OpsLockers = z.infer<typeof OpsLockers>;

export const OpsSlot = z
  .strictObject({
    slot: SlotNumber,
    size: SlotSize,
    status: z.enum(['inService', 'blocked']).describe('As configured.'),
    faulty: z.boolean().describe('The locker itself took it out of service.'),
    faultReason: z
      .enum(['stuck', 'blocked', 'flapping', 'technician'])
      .nullable()
      .describe('Why; null where it did not, or gave no reason.'),
    occupancy: z.enum(['empty', 'occupied', 'unsettled', 'reopenable']).describe('As last reported.'),
    door: z
      .enum(['open', 'closed', 'unknown'])
      .describe('As its locker knows it: unknown while that cannot be told.'),
    boardLost: z.boolean().describe('The lock board that it hangs on does not answer.'),
    opening: Purpose.nullable().describe('The opening that is under way.'),
    changedAt: Time,
    booking: z
      .strictObject({ bookingId: EntityId, expiresAt: Time })
      .nullable()
      .describe('The active booking that holds it.'),
    package: z
      .strictObject({ packageId: EntityId, trackingId: z.string(), status: z.string() })
      .nullable()
      .describe('The package inside, or else the one it is booked for.'),
  })
  .meta({ id: 'OpsSlot' });
export type OpsSlot = z.infer<typeof OpsSlot>;

export const OpsLockerDetail = OpsLocker.extend({
  cursor: z
    .strictObject({ incarnation: Uuid, ordinal: count, nextSeq: count })
    .nullable()
    .describe('Up to where the journal of the current incarnation is here; null before the first contact.'),
  slotList: z.array(OpsSlot),
}).meta({ id: 'OpsLockerDetail' });
export type OpsLockerDetail = z.infer<typeof OpsLockerDetail>;

export const OpsEvent = z
  .strictObject({
    lockerId: LockerId,
    eventId: Uuid,
    incarnation: Uuid,
    ordinal: count,
    seq: count,
    kind: z.string(),
    slot: SlotNumber.nullable(),
    at: Time.describe("By the locker's clock."),
    receivedAt: Time,
    setAside: z.string().nullable().describe('Why it was kept but not projected.'),
    body: z.record(z.string(), z.unknown()).describe("The rest of the event's line."),
  })
  .meta({ id: 'OpsEvent' });
export type OpsEvent = z.infer<typeof OpsEvent>;

const pageLimit = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(200))
  .optional();
const pageCursor = z.string().max(200).optional().describe('`next` of the page before.');

export const OpsEventsQuery = z.strictObject({
  locker: LockerId.optional(),
  before: pageCursor,
  limit: pageLimit,
});
export const OpsEvents = z
  .strictObject({
    events: z.array(OpsEvent).describe('Newest first.'),
    next: z.string().nullable().describe('`before` for the next page; null on the last.'),
  })
  .meta({ id: 'OpsEvents' });
export type OpsEvents = z.infer<typeof OpsEvents>;

export const OpsNotificationsQuery = z.strictObject({ before: pageCursor, limit: pageLimit });
export const OpsNotification = z
  .strictObject({
    notificationId: EntityId,
    kind: z.enum(['booked', 'codeReady', 'delivered', 'pickedUp', 'cancelled', 'expired']),
    bookingId: EntityId,
    status: z
      .enum(['waiting', 'due', 'sending', 'sent', 'superseded', 'dead'])
      .describe('`waiting` for the locker to confirm; `sending` also between two attempts.'),
    attempts: count,
    lastError: z.string().nullable(),
    createdAt: Time,
    endedAt: Time.nullable().describe('When it was sent, superseded or given up.'),
  })
  .meta({ id: 'OpsNotification' });
export type OpsNotification = z.infer<typeof OpsNotification>;

export const OpsNotifications = z
  .strictObject({
    notifications: z.array(OpsNotification).describe('Newest first.'),
    next: z.string().nullable(),
  })
  .meta({ id: 'OpsNotifications' });
export type OpsNotifications = z.infer<typeof OpsNotifications>;

/**
 * `GET /v1/ops/live` as server-sent events, by the name of each: `event` for a new row of the log, `locker` for one
 * whose state changed, `alarm`, `notification` when the list of messages changed, and `missed` when more happened
 * than is told here. A reader loads what it shows anew when the stream opens, and when it missed something.
 */
export type LiveMessage =
  | { name: 'event'; data: OpsEvent }
  | { name: 'locker'; data: OpsLocker }
  | { name: 'alarm'; data: OpsAlarm }
  | { name: 'notification' | 'missed'; data: Record<string, never> };
