import type { BatchChanges } from './batch.ts';
import type { LockerBook } from './locker-book.ts';
import { logKey, type MemoryStore, type StoredLocker } from './memory-store.ts';
import type { DoorHealthRow } from './rows.ts';

/**
 * The rules that PostgreSQL holds as constraints and that a decision could break: the name of the first broken
 * one, as the constraint or column is named there. What the types rule out is not looked at.
 */
export function brokenRule(store: MemoryStore, { lockers }: BatchChanges): string | undefined {
  for (const { book } of lockers) {
    const stored = store.lockers.get(book.lockerId);
    const broken = stored && (brokenHere(book) ?? brokenReference(stored, book) ?? brokenKey(stored, book));
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function brokenHere(book: LockerBook): string | undefined {
  const { freeSlots, numSlots } = book.locker;
  if (freeSlots < 0 || freeSlots > numSlots) return 'locker_free_slots';
  const held = book.bookings.filter((row) => row.status === 'active' && row.slot !== null);
  if (!isEachOnce(held.map((row) => row.slot))) return 'booking_active_slot';
  const live = book.grants.filter((row) => row.status === 'live');
  if (!isEachOnce(live.map((row) => row.codeHash))) return 'access_grant_live_code';
  if (!isEachOnce(book.incarnations.map((row) => row.ordinal))) return 'cursor_ordinal';
  if (book.incarnations.some((row) => row.ordinal < 1 || row.nextSeq < 1)) return 'cursor';
  for (const { trackingId } of book.changes.packages.values())
    if (!isText(trackingId)) return 'package.tracking_id';
  return undefined;
}

function brokenReference(stored: StoredLocker, book: LockerBook): string | undefined {
  const { changes } = book;
  const isUnknown = (slot: number | null) => slot !== null && book.slot(slot) === undefined;
  for (const row of changes.packages.values()) if (isUnknown(row.slot)) return 'package_slot_id_fkey';
  for (const row of changes.bookings.values()) {
    if (isUnknown(row.slot)) return 'booking_slot_id_fkey';
    if (!stored.packages.has(row.packageId) && !changes.packages.has(row.packageId))
      return 'booking_package_id_fkey';
  }
  for (const { bookingId } of changes.grants.values())
    if (!stored.bookings.has(bookingId) && !changes.bookings.has(bookingId))
      return 'access_grant_booking_id_fkey';
  return undefined;
}

function brokenKey(stored: StoredLocker, { changes }: LockerBook): string | undefined {
  const added = changes.log.map(logKey);
  if (!isEachOnce(added) || added.some((key) => stored.logKeys.has(key))) return 'locker_event_log_pkey';
  const told = changes.doorHealth.length > 0 ? [...stored.doorHealth, ...changes.doorHealth] : [];
  if (!isEachOnce(told.map(factKey))) return 'door_health_pkey';
  const notifications = changes.notifications.map((row) => row.notificationId);
  if (!isEachOnce(notifications) || notifications.some((id) => stored.notifications.has(id)))
    return 'notification_event_pkey';
  const alarms = changes.alarms.map((row) => row.id);
  if (!isEachOnce(alarms) || alarms.some((id) => stored.alarms.has(id))) return 'alarm_pkey';
  return undefined;
}

function factKey({ day, ordinal, seq }: DoorHealthRow): string {
  return `${day} ${ordinal} ${seq}`;
}

function isEachOnce(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
