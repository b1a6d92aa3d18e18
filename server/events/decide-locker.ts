import type { Beat, Hello, LockerId, Uuid, Want } from '@latchwork/shared';
import type { IncarnationRow, LockerBook } from '../ledger/index.ts';
import { nextEpoch, type PlanStanding } from '../plan/index.ts';
import { keepMark } from './durable.ts';
import type { FactHandlers } from './fact-handlers.ts';
import { type Ingested, ingest } from './ingest.ts';
import type { Received } from './open-message.ts';
import { confirmed, forgetConfirmedIfFirst, heard, isOutdated } from './presence.ts';
import {
  closeEarlier,
  greet,
  incarnationOf,
  type Session,
  sessionOf,
  sessionOfWill,
  wantFor,
} from './session.ts';

/** A message, and what was found out about it before the books were locked. */
export interface Prepared extends Received {
  /** Of hello and beat: whether the locker's digests are those of the plan it names; undefined where unknown. */
  planAgrees: boolean | undefined;
  /** Of events: sets every new line aside for this reason. */
  refused: string | undefined;
}

export interface DecideContext {
  nowMs: number;
  newId(): Uuid;
  newNonce(): string;
  handlers: FactHandlers;
  takeEffect(event: Uuid): boolean;
  /** How long a fact that was acknowledged stays on its locker's disk, too. */
  durableAfterMs: number;
  /** Seconds over which lockers spread their first attempt after losing a healthy session. */
  spreadS: number;
}

/** What is to be done for one locker once the commit holds. */
export interface LockerOutcome {
  locker: LockerId;
  /** At most one for the session, which answers all, and one for each closed incarnation that spoke. */
  wants: Want[];
  /** Something was not fresh: a hello is needed. */
  askHello: boolean;
  /** The line of this session broke: a want is sent as a probe, and an answer is due. */
  probe: Session | undefined;
  /** Where the locker's plan stands, if it said so. */
  plan: PlanStanding | undefined;
  /** What was odd, for the log. */
  oddities: string[];
}

/** All that one locker sent, in the order in which it came. Undefined for a locker that the ledger does not know. */
export function decideLocker(
  book: LockerBook,
  messages: readonly Prepared[],
  context: DecideContext,
): LockerOutcome {
  const outcome: LockerOutcome = {
    locker: book.lockerId,
    wants: [],
    askHello: false,
    probe: undefined,
    plan: undefined,
    oddities: [],
  };
  let answer = false;
  for (const message of messages) if (takeMessage(book, message, outcome, context)) answer = true;
  const session = book.presence?.session;
  const incarnation = session && incarnationOf(book, session.incarnation);
  if (answer && session && incarnation) outcome.wants.push(wantFor(book, { session, incarnation }, context));
  if (outcome.plan) outcome.plan = { ...outcome.plan, head: book.plan };
  return outcome;
}

/** Whether the session is owed a want. */
function takeMessage(
  book: LockerBook,
  { message, lines, planAgrees, refused }: Prepared,
  outcome: LockerOutcome,
  context: DecideContext,
): boolean {
  if (message.type === 'hello') return takeHello(book, message, planAgrees, outcome, context);
  if (message.type === 'will') {
    const session = sessionOfWill(book, message);
    if (!session) return false;
    outcome.probe = session;
    return true;
  }
  const session = sessionOf(book, message);
  const incarnation = session && incarnationOf(book, session.incarnation);
  if (!session || !incarnation) {
    outcome.askHello = true;
    return false;
  }
  closeEarlier(book, incarnation, context);
  if (message.type === 'beat' && isOutdated(book, incarnation, message)) return false;
  if (message.type === 'events') forgetConfirmedIfFirst(book);
  heard(book, context.nowMs);
  outcome.probe = undefined;
  if (message.type === 'beat') {
    startEpochIfBeyond(book, incarnation, message, context.nowMs);
    confirmed(book, message, planAgrees, context.nowMs);
    outcome.plan = standing(book, session, message, { planAgrees, since: 'beat' });
    // What it has beyond the log is under way, or was acknowledged by a database that is no more.
    return message.next > incarnation.nextSeq;
  }
  const { first, headBefore } = message;
  const cursor = keepMark(book, incarnation, context);
  const ingested = ingest(book, cursor, { first, headBefore, lines }, { ...context, refused });
  note(outcome, ingested, message.first);
  return true;
}

function takeHello(
  book: LockerBook,
  hello: Hello,
  planAgrees: boolean | undefined,
  outcome: LockerOutcome,
  context: DecideContext,
): boolean {
  const greeting = greet(book, hello, context);
  if (greeting.kind === 'fenced') {
    outcome.wants.push(wantFor(book, greeting, context));
    return false;
  }
  outcome.askHello = false;
  outcome.probe = undefined;
  keepMark(book, greeting.incarnation, context);
  startEpochIfBeyond(book, greeting.incarnation, hello, context.nowMs);
  outcome.plan = standing(book, greeting.session, hello, { planAgrees, since: 'hello' });
  return true;
}

/**
 * A locker that has seen more than this database knows tells that the database was set back. What its plan has under
 * the same revisions may be something else, so all of it is sent again in an epoch that was never used.
 */
function startEpochIfBeyond(
  book: LockerBook,
  { nextSeq }: IncarnationRow,
  said: Hello | Beat,
  nowMs: number,
): void {
  const { serverEpoch, rev } = book.plan;
  const planBeyond = said.serverEpoch > serverEpoch || (said.serverEpoch === serverEpoch && said.rev > rev);
  // Once it has the new epoch, an old hello said again starts no other one.
  const cursorBeyond = said.type === 'hello' && said.serverEpoch === serverEpoch && said.acked >= nextSeq;
  if (planBeyond || cursorBeyond) book.startEpoch(nextEpoch(nowMs, Math.max(serverEpoch, said.serverEpoch)));
}

function standing(
  book: LockerBook,
  session: Session,
  said: Hello | Beat,
  { planAgrees, since }: { planAgrees: boolean | undefined; since: 'hello' | 'beat' },
): PlanStanding {
  return {
    locker: book.lockerId,
    session,
    head: book.plan,
    confirmed: { serverEpoch: said.serverEpoch, rev: said.rev },
    drifted: planAgrees === false,
    since,
  };
}

function note(outcome: LockerOutcome, ingested: Ingested, first: number): void {
  if (ingested.kind === 'gap' || ingested.kind === 'chain broken')
    outcome.oddities.push(`${ingested.kind} at event ${first}`);
}
