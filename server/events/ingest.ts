import { chainNext, type LockerEvent, limits, type Uuid } from '@latchwork/shared';
import type { IncarnationRow, LockerBook } from '../ledger/index.ts';
import { type FactHandlers, project } from './fact-handlers.ts';
import { type JournalLine, slotOf, storable } from './journal-line.ts';

export interface Batch {
  /** The sequence number of the first line. */
  first: number;
  /** The chain's hash before it. */
  headBefore: string;
  lines: readonly JournalLine[];
}

export interface IngestContext {
  nowMs: number;
  newId(): Uuid;
  handlers: FactHandlers;
  /** True once per event id, ever. */
  takeEffect(event: Uuid): boolean;
  /** Sets every new line of the batch aside for this reason: the ledger refused what it would have done. */
  refused: string | undefined;
}

/** Whatever the outcome, the answer is a want from where the cursor then stands. */
export type Ingested =
  | { kind: 'taken'; events: number }
  /** Every line is in the log already. */
  | { kind: 'repeated' }
  /** It begins beyond the cursor. */
  | { kind: 'gap' }
  /** It does not continue the chain that the log has. */
  | { kind: 'chain broken' };

/**
 * Takes a batch into the log, and its facts into the book, behind one incarnation's cursor. A batch that overlaps
 * the log counts only with what is new in it. A line that cannot be understood is kept, set aside and alarmed.
 */
export function ingest(
  book: LockerBook,
  incarnation: IncarnationRow,
  batch: Batch,
  context: IngestContext,
): Ingested {
  const known = incarnation.nextSeq - batch.first;
  if (known < 0) return { kind: 'gap' };
  if (known >= batch.lines.length) return { kind: 'repeated' };
  const headAtCursor = batch.lines
    .slice(0, known)
    .reduce((head, { line }) => chainNext(head, line), batch.headBefore);
  if (headAtCursor !== incarnation.head) return { kind: 'chain broken' };
  let { nextSeq, head } = incarnation;
  for (const line of batch.lines.slice(known)) {
    head = chainNext(head, line.line);
    takeLine(book, line, { ...incarnation, nextSeq, head }, context);
    nextSeq += 1;
  }
  book.putIncarnation({ ...incarnation, nextSeq, head });
  return { kind: 'taken', events: batch.lines.length - known };
}

/** @param at the line's place: `nextSeq` is its own number, `head` the hash after it */
function takeLine(book: LockerBook, line: JournalLine, at: IncarnationRow, context: IngestContext): void {
  const setAside =
    context.refused ??
    misplaced(line, at.nextSeq) ??
    strangeOrigin(line, at) ??
    line.problem ??
    projected(book, line, at, context);
  const { any } = line;
  const slot = slotOf(any);
  const kind = any?.kind ?? 'unreadable';
  book.log({
    incarnation: at.incarnation,
    ordinal: at.ordinal,
    seq: at.nextSeq,
    eventId: any?.id ?? context.newId(),
    kind,
    slot,
    at: any?.at ?? context.nowMs,
    receivedAt: context.nowMs,
    line: storable(line.line),
    hash: at.head,
    setAside: setAside ?? null,
  });
  if (setAside === undefined) return;
  book.raise({
    v: 1,
    id: context.newId(),
    locker: book.lockerId,
    ...(slot === null ? {} : { slot }),
    alarm: 'event set aside',
    at: context.nowMs,
    detail: `Event ${at.ordinal}/${at.nextSeq} (${kind}) is kept but has no effect: ${setAside}`
      .slice(0, limits.textCharactersMax)
      .toWellFormed(),
  });
}

function misplaced({ any }: JournalLine, seq: number): string | undefined {
  return any && any.seq !== seq ? `it calls itself number ${any.seq}` : undefined;
}

/**
 * A fact is carried over from another life of the database. Which of the two is the earlier, a ledger that was restored
 * may have forgotten: then it numbers them in the order in which it meets them again.
 */
function strangeOrigin({ any }: JournalLine, { incarnation }: IncarnationRow): string | undefined {
  return any?.origin?.incarnation === incarnation ? 'it is carried over from its own incarnation' : undefined;
}

/** Why it is set aside after all, or undefined once its effect was taken, now or before. */
function projected(
  book: LockerBook,
  { event }: JournalLine,
  { ordinal, nextSeq: seq }: IncarnationRow,
  context: IngestContext,
): string | undefined {
  if (!event || !context.takeEffect(event.id)) return undefined;
  const { nowMs: receivedAtMs, newId } = context;
  return project(context.handlers, book, event as LockerEvent, {
    order: { ordinal, seq },
    receivedAtMs,
    newId,
  })?.setAside;
}
