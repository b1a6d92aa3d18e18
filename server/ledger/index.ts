export { type Ledger, type LedgerBooks, LedgerError, type LedgerLoad, type LedgerNews } from './ledger.ts';
export type { LedgerState, LockerState, StoredNotification } from './ledger-state.ts';
export { LockerBook } from './locker-book.ts';
export { type MemoryLedger, memoryLedger } from './memory-ledger.ts';
export { type PostgresLedger, type PostgresLedgerOptions, postgresLedger } from './postgres-ledger.ts';
export { type LockerRegistration, registerLocker } from './register-locker.ts';
export type * from './rows.ts';
