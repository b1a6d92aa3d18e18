import type { EntityId, LockerId, UnixMs } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { NotificationKind } from '../ledger/index.ts';

/** A message that this process holds, for a while. */
export interface HeldMessage {
  notificationId: EntityId;
  createdAt: Date;
  kind: NotificationKind;
  userId: EntityId;
  bookingId: EntityId;
  lockerId: LockerId;
  /** This one included. */
  attempts: number;
}

/** Takes up to `limit` messages that are due and that nobody holds, until `untilMs`. */
export async function holdDue(
  db: Kysely<Tables>,
  { nowMs, untilMs, limit }: { nowMs: UnixMs; untilMs: UnixMs; limit: number },
): Promise<HeldMessage[]> {
  const now = new Date(nowMs);
  return db
    .updateTable('notification_event')
    .set(({ eb }) => ({ claimed_until: new Date(untilMs), attempts: eb('attempts', '+', 1) }))
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('notification_id', 'created_at'),
        'in',
        selectFrom('notification_event as due')
          .select(['due.notification_id', 'due.created_at'])
          .where('due.status', '=', 'pending')
          .where('due.next_attempt_at', '<=', now)
          .where((held) =>
            held.or([held('due.claimed_until', 'is', null), held('due.claimed_until', '<=', now)]),
          )
          .orderBy('due.next_attempt_at')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .$asTuple('notification_id', 'created_at'),
      ),
    )
    .returning([
      'notification_id as notificationId',
      'created_at as createdAt',
      'kind',
      'user_id as userId',
      'booking_id as bookingId',
      'locker_id as lockerId',
      'attempts',
    ])
    .execute();
}

export type MessageEnd = { status: 'sent' | 'superseded' } | { status: 'dead'; error: string };

export async function endMessage(
  db: Kysely<Tables>,
  message: HeldMessage,
  end: MessageEnd,
  nowMs: UnixMs,
): Promise<void> {
  await held(db, message)
    .set({
      status: end.status,
      ended_at: new Date(nowMs),
      claimed_until: null,
      ...(end.status === 'dead' ? { last_error: end.error } : {}),
    })
    .execute();
}

export async function retryMessage(
  db: Kysely<Tables>,
  message: HeldMessage,
  { error, nextAttemptMs }: { error: string; nextAttemptMs: UnixMs },
): Promise<void> {
  await held(db, message)
    .set({ next_attempt_at: new Date(nextAttemptMs), claimed_until: null, last_error: error })
    .execute();
}

/** Not one that another process took over meanwhile: that one has counted an attempt more. */
function held(db: Kysely<Tables>, message: HeldMessage) {
  return db
    .updateTable('notification_event')
    .where('notification_id', '=', message.notificationId)
    .where('created_at', '=', message.createdAt)
    .where('status', '=', 'pending')
    .where('attempts', '=', message.attempts);
}
