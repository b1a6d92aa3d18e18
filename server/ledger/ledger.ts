import type { EntityId, LockerId, UnixMs, Uuid } from '@latchwork/shared';
import type { LockerBook } from './locker-book.ts';
import type { PlanItemRow } from './rows.ts';

/**
 * Where events, plan and booking decide and commit: one transaction over the books of some lockers.
 *
 * `commit` loads and locks the books, lets the pure `decide` change them, writes every change, and
 * resolves with the decision's result only after the commit. What `decide` throws rolls everything back
 * and is rethrown. Rejects with {@link LedgerError}: `integrity` when a constraint refused the change
 * (nothing was written; a rerun would be refused again), `unavailable` when the database is out of reach or
 * overlapping work won (nothing was written; the caller may retry). Only when the line breaks during the commit
 * itself may all of it have been written: whoever retries decides on what is there then.
 */
export interface Ledger {
  commit<T>(load: LedgerLoad, decide: (books: LedgerBooks) => T): Promise<T>;
  /** The lines after `rev`, tombstones included, in order of revision; for an unknown locker none. After 0, a snapshot: without tombstones. */
  planSince(
    locker: LockerId,
    rev: number,
  ): Promise<{ serverEpoch: number; rev: number; items: PlanItemRow[] }>;
  /**
   * Calls `listener` after commits of this process or another. News are hints that may come twice or, when the
   * line breaks, never: every listener also has another way to find its work. Returns how to stop.
   */
  onCommitted(listener: (news: LedgerNews) => void): () => void;
}

export type LedgerNews =
  | { kind: 'plan'; locker: LockerId }
  | { kind: 'notification' }
  | { kind: 'alarm' }
  | { kind: 'events'; locker: LockerId };

export interface LedgerLoad {
  /** Locked in the order of their ids, each once. Unknown ids are simply absent from the books. */
  lockers: readonly LockerId[];
  /** Event ids whose effects may have been taken before. */
  events?: readonly Uuid[];
  /** Bookings to load although they may be over. */
  bookings?: readonly EntityId[];
  /** The answer to a request that may be a repetition; a new one is kept as given at `nowMs`. */
  idempotency?: { owner: string; key: string; nowMs: UnixMs };
  /** A tracking id to be given out: commits with the same one take turns, at whatever lockers. */
  trackingId?: string;
}

export interface LedgerBooks {
  of(locker: LockerId): LockerBook | undefined;
  /** True once per event id, ever: the effect is taken with this commit. Throws for one that is not in `load.events`. */
  takeEffect(event: Uuid): boolean;
  /** A package with `load.trackingId` is awaited, or lies, in some locker. */
  isTracked(): boolean;
  /** The stored answer to `load.idempotency`, if it was answered before. */
  answered(): { requestHash: string; answer: string } | undefined;
  /** Throws when nothing was asked for or it is answered already. Keeps the answer under `load.idempotency`. */
  answer(requestHash: string, answer: string): void;
}

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: 'integrity' | 'unavailable';
  constructor(code: 'integrity' | 'unavailable', message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
