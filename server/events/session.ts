import { chainStart, type Hello, limits, type Uuid, type Want } from '@latchwork/shared';
import type { IncarnationRow, LockerBook, PresenceRow } from '../ledger/index.ts';
import { durableOf } from './durable.ts';

/**
 * One locker's session, as all processors share it in the ledger, and the life of one incarnation.
 *
 *   none ──hello──▶ open ──hello with the same agent nonce──▶ open (the same server nonce again)
 *                    ▲ └───hello with a new agent nonce────▶ open (a new server nonce; the old session is over)
 *                    └──── events, beat and will count only when they bear this session's nonces
 *
 *   unseen ──first hello──▶ admitted ──first word in its session──▶ current ──first word of a later one──▶ fenced
 *
 * Invariants: ordinals count up from 1 without a gap; at most one incarnation that was heard is not fenced, and no later
 * one was heard; a hello proves nothing by itself, so it changes neither presence nor what the locker confirmed, and
 * closes no incarnation: it may have been held back since before the current one began.
 */
export type Session = NonNullable<PresenceRow['session']>;

export interface SessionContext {
  nowMs: number;
  /** 16 fresh random bytes in base64url. */
  newNonce(): string;
}

export type Greeting =
  | { kind: 'open'; session: Session; incarnation: IncarnationRow }
  /** The incarnation is closed. The session of the one that replaced it goes on. */
  | { kind: 'fenced'; session: Session; incarnation: IncarnationRow };

export function greet(book: LockerBook, hello: Hello, context: SessionContext): Greeting {
  const incarnation = incarnationOf(book, hello.incarnation) ?? admit(book, hello.incarnation, context);
  const current = book.presence?.session;
  if (incarnation.fence === null && current && bearsAgentNonce(current, hello))
    return { kind: 'open', session: current, incarnation };
  const session: Session = {
    incarnation: hello.incarnation,
    agentNonce: hello.agentNonce,
    serverNonce: context.newNonce(),
    // Never before what was heard last, so that only a later word can prove this session.
    startedAt: Math.max(context.nowMs, book.presence?.lastHeardAt ?? 0),
  };
  if (incarnation.fence !== null) return { kind: 'fenced', session, incarnation };
  book.setPresence({ ...presenceOf(book, context.nowMs), session });
  return { kind: 'open', session, incarnation };
}

/** The session that a message belongs to, or undefined for one that is not fresh. */
export function sessionOf(
  book: LockerBook,
  header: { incarnation: Uuid; agentNonce: string; serverNonce: string },
): Session | undefined {
  const session = book.presence?.session;
  return session && bearsAgentNonce(session, header) && session.serverNonce === header.serverNonce
    ? session
    : undefined;
}

/**
 * The session whose line a will says is broken. A will was fixed at CONNECT, so it bears the agent's nonce alone: an
 * old hello and its old will could be said again by anyone. It counts once its session was heard with both nonces.
 */
export function sessionOfWill(
  book: LockerBook,
  will: { incarnation: Uuid; agentNonce: string },
): Session | undefined {
  const { session, lastHeardAt } = book.presence ?? {};
  if (!session || !bearsAgentNonce(session, will)) return undefined;
  return (lastHeardAt ?? 0) > session.startedAt ? session : undefined;
}

/** An incarnation was heard in its session, so the ones before it are over. */
export function closeEarlier(
  book: LockerBook,
  { ordinal }: IncarnationRow,
  { nowMs, newId }: { nowMs: number; newId(): Uuid },
): void {
  const earlier = book.incarnations.filter((row) => row.fence === null && row.ordinal < ordinal);
  if (earlier.length === 0) return;
  for (const row of earlier) book.putIncarnation({ ...row, fence: 'replaced' });
  // A new database has no plan yet, so what the one before confirmed must not outdate its first beats.
  const presence = presenceOf(book, nowMs);
  book.setPresence({ ...presence, confirmedEpoch: 0, confirmedRev: 0, digestsAgree: false });
  book.raise({
    v: 1,
    id: newId(),
    locker: book.lockerId,
    alarm: 'new incarnation',
    at: nowMs,
    detail: `The locker started life ${ordinal} of its database.`,
  });
}

export function incarnationOf(book: LockerBook, incarnation: Uuid): IncarnationRow | undefined {
  return book.incarnations.find((row) => row.incarnation === incarnation);
}

/** As at enrolment, for a locker that has no row yet. */
export function presenceOf(book: LockerBook, nowMs: number): PresenceRow {
  return (
    book.presence ?? {
      online: false,
      since: nowMs,
      lastHeardAt: null,
      confirmedEpoch: 0,
      confirmedRev: 0,
      digestsAgree: false,
      session: null,
    }
  );
}

export function wantFor(
  book: LockerBook,
  { session, incarnation }: { session: Session; incarnation: IncarnationRow },
  { nowMs, spreadS }: { nowMs: number; spreadS: number },
): Want {
  const { agentNonce, serverNonce } = session;
  return {
    v: 1,
    locker: book.lockerId,
    type: 'want',
    incarnation: incarnation.incarnation,
    agentNonce,
    serverNonce,
    ordinal: incarnation.ordinal,
    from: incarnation.nextSeq,
    headBefore: incarnation.head,
    durable: durableOf(book),
    serverEpoch: book.plan.serverEpoch,
    rev: book.plan.rev,
    now: nowMs,
    window: limits.windowEventsMax,
    spreadS,
    ...(incarnation.fence === null ? {} : { fence: incarnation.fence }),
  };
}

/** The next ordinal for an incarnation that was never seen. */
function admit(book: LockerBook, incarnation: Uuid, { nowMs }: SessionContext): IncarnationRow {
  const ordinal = 1 + Math.max(0, ...book.incarnations.map((row) => row.ordinal));
  const row: IncarnationRow = {
    incarnation,
    ordinal,
    nextSeq: 1,
    head: chainStart(book.lockerId, incarnation),
    fence: null,
    firstSeenAt: nowMs,
    durableSeq: 0,
    markedSeq: 0,
    markedAt: nowMs,
  };
  book.putIncarnation(row);
  return row;
}

function bearsAgentNonce(session: Session, header: { incarnation: Uuid; agentNonce: string }): boolean {
  return session.incarnation === header.incarnation && session.agentNonce === header.agentNonce;
}
