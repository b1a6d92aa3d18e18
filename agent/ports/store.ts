import type { Change, JournalEntry, Tables } from '../core/state.ts';

/**
 * The locker's own database. Synchronous and single: one writer, one transaction per decision, durable when
 * `commit` returns. Every method throws {@link StoreError}; after `failed` the agent stops and is started anew, since what it
 * holds in memory may no longer be what is on disk.
 */
export interface Store {
  /** What is on disk, or undefined for a database that holds no locker yet. */
  load(): Tables | undefined;
  commit(change: Change): void;
  /** Journal lines from `from`, in order, at most `limit`. */
  readJournal(from: number, limit: number): string[];
  /** All that the journal has from `from` on, in order: as much as was not trimmed. */
  readEntries(from: number): JournalEntry[];
  /** The chain's hash after line `seq`, also right after what is trimmed; for 0 the chain's start. Undefined for any other. */
  hashAfter(seq: number): string | undefined;
  close(): void;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export type StoreErrorCode =
  /** No space; nothing was written. */
  | 'full'
  /** Another agent runs on it. */
  | 'in use'
  /** Not a database of this program and this locker, or a damaged one. */
  | 'refused'
  /** Anything else. */
  | 'failed';
