import type { LockerId } from '@latchwork/shared';
import { expect } from 'vitest';
import type { Ledger, LedgerBooks } from './ledger.ts';
import type { LedgerState, LockerState } from './ledger-state.ts';
import type { LockerBook } from './locker-book.ts';
import type { LockerRegistration } from './register-locker.ts';
import { registration } from './samples.contract.ts';

/** One ledger under test, and the ways around it that a test needs. */
export interface LedgerUnderTest {
  ledger: Ledger;
  register(registration: LockerRegistration): Promise<void>;
  state(): Promise<LedgerState>;
}

/** An empty ledger, and short ways for the tests. */
export interface Bench extends LedgerUnderTest {
  /** Registers a locker of four slots (S, M, L, S). */
  newLocker(): Promise<LockerId>;
  stateOf(locker: LockerId): Promise<LockerState>;
}

export function benchOf(under: LedgerUnderTest): Bench {
  let made = 0;
  return {
    ...under,
    async newLocker() {
      const lockerId = `gb-${(made++).toString(36).padStart(8, '0')}`;
      await under.register(registration(lockerId));
      return lockerId;
    },
    async stateOf(locker) {
      const found = (await under.state()).lockers.find((state) => state.locker.lockerId === locker);
      expect(found).toBeDefined();
      return found as LockerState;
    },
  };
}

export function bookOf(books: LedgerBooks, locker: LockerId): LockerBook {
  const book = books.of(locker);
  if (!book) throw new Error(`${locker} is not in the books`);
  return book;
}

export function slotOf(book: LockerBook, slot: number) {
  const row = book.slot(slot);
  if (!row) throw new Error(`slot ${slot} is not in the book`);
  return row;
}
