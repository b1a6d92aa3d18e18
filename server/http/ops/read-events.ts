import { type LockerId, LockerId as LockerIdSchema, UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../../database/index.ts';
import { timeOf } from '../answers.ts';
import type { OpsEvent, OpsEvents } from '../ops-schemas.ts';
import { readCursorAs, writeCursor } from './page-cursor.ts';

/** Order of the log: when it arrived, then by locker and its own order. */
const Position = z.tuple([UnixMs, LockerIdSchema, z.int().min(0), z.int().min(0)]);

/** A page of the event log, newest first; undefined for a `before` that is no cursor. */
export async function readEvents(
  db: Kysely<Tables>,
  { locker, before, limit }: { locker?: LockerId | undefined; before?: string | undefined; limit: number },
): Promise<OpsEvents | undefined> {
  let query = logQuery(db)
    .orderBy('received_at', 'desc')
    .orderBy('locker_id', 'desc')
    .orderBy('ordinal', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit + 1);
  if (locker !== undefined) query = query.where('locker_id', '=', locker);
  if (before !== undefined) {
    const position = readCursorAs(Position, before);
    if (!position) return undefined;
    const [receivedMs, lockerId, ordinal, seq] = position;
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('received_at', 'locker_id', 'ordinal', 'seq'),
        '<',
        tuple(new Date(receivedMs), lockerId, ordinal, seq),
      ),
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next =
    rows.length > limit && last
      ? writeCursor([last.received_at.getTime(), last.locker_id, last.ordinal, last.seq])
      : null;
  return { events: page.map(toEvent), next };
}

/** The rows of one locker that follow a place in its journals, oldest first. */
export async function readEventsAfter(
  db: Kysely<Tables>,
  locker: LockerId,
  after: { ordinal: number; seq: number },
  limit: number,
): Promise<OpsEvent[]> {
  const rows = await logQuery(db)
    .where('locker_id', '=', locker)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('ordinal', 'seq'), '>', tuple(after.ordinal, after.seq)))
    .orderBy('ordinal')
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(toEvent);
}

function logQuery(db: Kysely<Tables>) {
  return db.selectFrom('locker_event_log').selectAll();
}

type Row = Awaited<ReturnType<ReturnType<typeof logQuery>['execute']>>[number];

function toEvent(row: Row): OpsEvent {
  return {
    lockerId: row.locker_id,
    eventId: row.event_id,
    incarnation: row.incarnation,
    ordinal: row.ordinal,
    seq: row.seq,
    kind: row.kind,
    slot: row.slot_number,
    at: timeOf(row.at.getTime()),
    receivedAt: timeOf(row.received_at.getTime()),
    setAside: row.set_aside,
    body: bodyOf(row.line),
  };
}

/** What the columns do not say already. A line that was set aside may be anything. */
function bodyOf(line: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {};
    const {
      id: _id,
      seq: _seq,
      at: _at,
      kind: _kind,
      slot: _slot,
      ...rest
    } = parsed as Record<string, unknown>;
    return rest;
  } catch {
    return {};
  }
}
