import type { IncarnationRow, LockerBook } from '../ledger/index.ts';

/**
 * Where no backup of the database is declared, a locker keeps what was acknowledged for this long: whoever restores the
 * database to a point within that time loses no fact. Rounded up to twice as long at most, since one mark is kept and not many.
 */
export const durableAfterMs = 30 * 86_400_000;

/** Notes what is committed by now, and that what was noted last has stood for long enough. */
export function keepMark(
  book: LockerBook,
  row: IncarnationRow,
  { nowMs, durableAfterMs: afterMs }: { nowMs: number; durableAfterMs: number },
): IncarnationRow {
  if (nowMs - row.markedAt < afterMs) return row;
  const marked = { ...row, durableSeq: row.markedSeq, markedSeq: row.nextSeq - 1, markedAt: nowMs };
  book.putIncarnation(marked);
  return marked;
}

/**
 * How far the locker may forget: the newest incarnation of which anything is durable. It began with what was left
 * of those before it, so all of theirs is durable, too.
 */
export function durableOf(book: LockerBook): { ordinal: number; seq: number } {
  const newest = book.incarnations
    .filter(({ durableSeq }) => durableSeq > 0)
    .reduce<IncarnationRow | undefined>(
      (best, row) => (best && best.ordinal > row.ordinal ? best : row),
      undefined,
    );
  return newest ? { ordinal: newest.ordinal, seq: newest.durableSeq } : { ordinal: 0, seq: 0 };
}
