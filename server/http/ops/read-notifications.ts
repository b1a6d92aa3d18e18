import { EntityId, UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../../database/index.ts';
import { timeOf, timeOrNull } from '../answers.ts';
import type { OpsNotification, OpsNotifications } from '../ops-schemas.ts';
import { readCursorAs, writeCursor } from './page-cursor.ts';

const Position = z.tuple([UnixMs, EntityId]);

/** A page of the messages, newest first: never to whom, nor with which code. Undefined for a `before` that is no cursor. */
export async function readNotifications(
  db: Kysely<Tables>,
  { before, limit, nowMs }: { before?: string | undefined; limit: number; nowMs: UnixMs },
): Promise<OpsNotifications | undefined> {
  let query = db
    .selectFrom('notification_event')
    .select(['notification_id', 'kind', 'booking_id', 'status', 'attempts', 'last_error'])
    .select(['created_at', 'ended_at', 'claimed_until'])
    .orderBy('created_at', 'desc')
    .orderBy('notification_id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) {
    const position = readCursorAs(Position, before);
    if (!position) return undefined;
    const [createdMs, notificationId] = position;
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'notification_id'), '<', tuple(new Date(createdMs), notificationId)),
    );
  }
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    notifications: page.map((row) => ({
      notificationId: row.notification_id,
      kind: row.kind,
      bookingId: row.booking_id,
      status: statusOf(row, nowMs),
      attempts: row.attempts,
      lastError: row.last_error,
      createdAt: timeOf(row.created_at.getTime()),
      endedAt: timeOrNull(row.ended_at?.getTime() ?? null),
    })),
    next: rows.length > limit && last ? writeCursor([last.created_at.getTime(), last.notification_id]) : null,
  };
}

/** One that is tried again counts as being sent. */
function statusOf(
  row: { status: Tables['notification_event']['status']; attempts: number; claimed_until: Date | null },
  nowMs: UnixMs,
): OpsNotification['status'] {
  if (row.status !== 'pending') return row.status;
  const isHeld = row.claimed_until !== null && row.claimed_until.getTime() > nowMs;
  return isHeld || row.attempts > 0 ? 'sending' : 'due';
}
