import { type Beat, limits, type UnixMs, type Uuid } from '@latchwork/shared';
import type { IncarnationRow, LockerBook } from '../ledger/index.ts';
import { presenceOf, type Session } from './session.ts';

/**
 * Whether a locker is there.
 *
 *   offline ──fresh events or beat──▶ online ──two beats missed──▶ offline
 *                                       └──will──▶ probed by a want ──nothing fresh and no hello in 30 s──▶ offline
 *
 * Only fresh messages count: see session.ts.
 */
export const presenceLimits = {
  /** Two missed beats, and half a minute for the line. */
  quietMs: 2 * limits.beatIntervalMs + 30_000,
  /** After a will, the time for an answer to the probe. */
  probeMs: 30_000,
} as const;

/** Something fresh came. A locker that was new is in service from its first fresh word on. */
export function heard(book: LockerBook, nowMs: UnixMs): void {
  const before = presenceOf(book, nowMs);
  book.setPresence({
    ...before,
    ...(before.online ? {} : { online: true, since: nowMs }),
    lastHeardAt: nowMs,
  });
  if (book.locker.status === 'new') book.setLocker({ status: 'active' });
}

/**
 * Whether a beat says less than was heard before, so that it can only be an old one said again: within an incarnation
 * the journal never goes back, and within a session neither does the plan in force. What a session begins with
 * counts, since the locker's card may have lost a plan that it had confirmed.
 */
export function isOutdated(book: LockerBook, { nextSeq }: IncarnationRow, beat: Beat): boolean {
  const { confirmedEpoch = 0, confirmedRev = 0 } = book.presence ?? {};
  if (beat.next < nextSeq) return true;
  if (isFirstWord(book)) return false;
  if (beat.serverEpoch < confirmedEpoch) return true;
  return beat.serverEpoch === confirmedEpoch && beat.rev < confirmedRev;
}

/** Facts came first in this session, and do not tell which plan is in force: the next beat does. */
export function forgetConfirmedIfFirst(book: LockerBook): void {
  const { presence } = book;
  if (presence && isFirstWord(book))
    book.setPresence({ ...presence, confirmedEpoch: 0, confirmedRev: 0, digestsAgree: false });
}

function isFirstWord({ presence }: LockerBook): boolean {
  return !!presence?.session && (presence.lastHeardAt ?? 0) <= presence.session.startedAt;
}

/**
 * Notes which plan a locker has in force.
 *
 * @param agrees whether its digests are those of the plan at the revision it names; undefined when that is not the head
 */
export function confirmed(book: LockerBook, beat: Beat, agrees: boolean | undefined, nowMs: UnixMs): void {
  const atHead = beat.serverEpoch === book.plan.serverEpoch && beat.rev === book.plan.rev;
  const digestsAgree = atHead && agrees === true;
  book.setPresence({
    ...presenceOf(book, nowMs),
    confirmedEpoch: beat.serverEpoch,
    confirmedRev: beat.rev,
    digestsAgree,
  });
  if (digestsAgree) book.setLocker({ lastSyncedAt: nowMs });
}

export interface Silence {
  nowMs: UnixMs;
  unheardSinceMs: UnixMs;
  /** The silence is this session's: a later session voids it. */
  session?: Session | undefined;
  alarmId: Uuid;
}

/** Takes a locker offline unless something fresh was heard of it after `unheardSinceMs`. True when it did. */
export function wentQuiet(book: LockerBook, { nowMs, unheardSinceMs, session, alarmId }: Silence): boolean {
  const { presence } = book;
  if (!presence?.online || (presence.lastHeardAt ?? 0) > unheardSinceMs) return false;
  if (session && presence.session?.serverNonce !== session.serverNonce) return false;
  book.setPresence({ ...presence, online: false, since: nowMs });
  book.raise({
    v: 1,
    id: alarmId,
    locker: book.lockerId,
    alarm: 'locker offline',
    at: nowMs,
    detail: 'Nothing fresh was heard of the locker. It goes on working by itself.',
  });
  return true;
}
