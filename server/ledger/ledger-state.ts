import type { OpsAlarm, Uuid } from '@latchwork/shared';
import type { NotificationStatus } from './notification-state.ts';
import type {
  DoorHealthRow,
  EventLogRow,
  FactOrder,
  LockerRow,
  LockerRows,
  NotificationRow,
  PlanItemRow,
} from './rows.ts';

/** Everything that a ledger holds, in one order, so that two ledgers can be compared. */
export interface LedgerState {
  /** By id. */
  lockers: LockerState[];
  /** Sorted. */
  effects: Uuid[];
  answers: { owner: string; key: string; requestHash: string; answer: string }[];
}

/** Unlike in a book, here are all rows, also those that are over. */
export interface LockerState extends LockerRows {
  planItems: PlanItemRow[];
  log: EventLogRow[];
  doorHealth: DoorHealthRow[];
  notifications: StoredNotification[];
  alarms: OpsAlarm[];
}

export type StoredNotification = Omit<NotificationRow, 'superseded'> & { status: NotificationStatus };

export function emptyState(locker: LockerRow): LockerState {
  const plan = { serverEpoch: 0, rev: 0 };
  const books = { presence: null, incarnations: [], slots: [], bookings: [], packages: [], grants: [], plan };
  return { locker, ...books, doorHealth: [], planItems: [], log: [], notifications: [], alarms: [] };
}

export function inOneOrder({ lockers, effects, answers }: LedgerState): LedgerState {
  return {
    lockers: by(lockers, (state) => state.locker.lockerId).map(lockerInOneOrder),
    effects: effects.toSorted(),
    answers: by(answers, ({ owner, key }) => JSON.stringify([owner, key])),
  };
}

function lockerInOneOrder(state: LockerState): LockerState {
  return {
    ...state,
    incarnations: by(state.incarnations, (row) => row.ordinal),
    slots: by(state.slots, (row) => row.slot),
    bookings: by(state.bookings, (row) => row.bookingId),
    packages: by(state.packages, (row) => row.packageId),
    grants: by(state.grants, (row) => row.grantId),
    planItems: by(state.planItems, (row) => row.rev),
    log: inOrderOfFacts(state.log),
    doorHealth: inOrderOfFacts(state.doorHealth),
    notifications: by(state.notifications, (row) => row.notificationId),
    alarms: by(state.alarms, (row) => row.id),
  };
}

function inOrderOfFacts<Row extends FactOrder>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.ordinal - b.ordinal || a.seq - b.seq);
}

/** By code unit or number, never by a locale. */
function by<Row>(rows: readonly Row[], key: (row: Row) => string | number): Row[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
