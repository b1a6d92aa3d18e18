import type { Change, Tables } from '../core/state.ts';

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
  /** The chain's hash after line `seq`; for 0 the chain's start. */
  hashAfter(seq: number): string;
  close(): void;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** `full`: no space, nothing was written. `refused`: not a database of this program. `failed`: anything else. */
  readonly code: 'full' | 'refused' | 'failed';
  constructor(code: 'full' | 'refused' | 'failed', message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
