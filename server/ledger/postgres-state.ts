import type { LockerId } from '@latchwork/shared';
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../database/index.ts';
import { emptyState, inOneOrder, type LedgerState, type LockerState } from './ledger-state.ts';
import {
  toAlarm,
  toBooking,
  toDoorHealth,
  toGrant,
  toIncarnation,
  toLocker,
  toPackage,
  toPresence,
  toSlot,
} from './postgres-rows.ts';
import type { EventLogRow } from './rows.ts';

/** Reads the whole ledger, to compare it with another: for tests and simulations, of a quiet database. */
export async function postgresState(db: Kysely<Tables>): Promise<LedgerState> {
  const lockers = new Map<LockerId, LockerState>();
  const into = <Row extends { locker_id: LockerId }>(
    rows: Row[],
    put: (state: LockerState, row: Row) => void,
  ) => {
    for (const row of rows) {
      const state = lockers.get(row.locker_id);
      if (state) put(state, row);
    }
  };
  for (const record of await db.selectFrom('locker').selectAll().execute())
    lockers.set(record.locker_id, emptyState(toLocker(record)));
  await readBooks(db, into);
  await readFacts(db, into);
  const effects = await db.selectFrom('effect').select('event_id').execute();
  const answers = await db.selectFrom('idempotency').selectAll().execute();
  return inOneOrder({
    lockers: [...lockers.values()],
    effects: effects.map((row) => row.event_id),
    answers: answers.map(({ owner, key, request_hash, answer }) => ({
      owner,
      key,
      requestHash: request_hash,
      answer,
    })),
  });
}

type Into = <Row extends { locker_id: LockerId }>(
  rows: Row[],
  put: (state: LockerState, row: Row) => void,
) => void;

async function readBooks(db: Kysely<Tables>, into: Into): Promise<void> {
  const heads = db.selectFrom('plan_head as h').leftJoin('presence as p', 'p.locker_id', 'h.locker_id');
  into(
    await heads.selectAll('p').select(['h.locker_id', 'h.server_epoch', 'h.rev']).execute(),
    (state, row) => {
      state.plan = { serverEpoch: row.server_epoch, rev: row.rev };
      state.presence = toPresence(row);
    },
  );
  into(await db.selectFrom('cursor').selectAll().execute(), (state, row) =>
    state.incarnations.push(toIncarnation(row)),
  );
  const slots = db
    .selectFrom('locker_slot as s')
    .innerJoin('occupancy as o', 'o.slot_id', 's.slot_id')
    .selectAll(['o', 's']);
  into(await slots.execute(), (state, row) => state.slots.push(toSlot(row)));
  into(await db.selectFrom('door_health').selectAll().execute(), (state, row) =>
    state.doorHealth.push(toDoorHealth(row)),
  );
  into(await db.selectFrom('booking').selectAll().execute(), (state, row) =>
    state.bookings.push(toBooking(row)),
  );
  into(await db.selectFrom('package').selectAll().execute(), (state, row) =>
    state.packages.push(toPackage(row)),
  );
  into(await db.selectFrom('access_grant').selectAll().execute(), (state, row) =>
    state.grants.push(toGrant(row)),
  );
  into(await db.selectFrom('plan_item').selectAll().execute(), (state, { kind, id, rev, line }) =>
    state.planItems.push({ kind, id, rev, line }),
  );
}

async function readFacts(db: Kysely<Tables>, into: Into): Promise<void> {
  into(await db.selectFrom('locker_event_log').selectAll().execute(), (state, row) =>
    state.log.push(toLogRow(row)),
  );
  into(await db.selectFrom('notification_event').selectAll().execute(), (state, row) =>
    state.notifications.push({
      notificationId: row.notification_id,
      kind: row.kind,
      userId: row.user_id,
      bookingId: row.booking_id,
      createdAt: row.created_at.getTime(),
      waitsForRev: row.waits_for_rev,
      status: row.status,
    }),
  );
  into(await db.selectFrom('alarm').selectAll().execute(), (state, row) => state.alarms.push(toAlarm(row)));
}

function toLogRow(row: Selectable<Tables['locker_event_log']>): EventLogRow {
  return {
    incarnation: row.incarnation,
    ordinal: row.ordinal,
    seq: row.seq,
    eventId: row.event_id,
    kind: row.kind,
    slot: row.slot_number,
    at: row.at.getTime(),
    receivedAt: row.received_at.getTime(),
    line: row.line,
    hash: row.hash,
    setAside: row.set_aside,
  };
}
