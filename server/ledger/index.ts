export { type Ledger, type LedgerBooks, LedgerError, type LedgerLoad } from './ledger.ts';
export type { LockerState } from './ledger-state.ts';
export { LockerBook } from './locker-book.ts';
export { type MemoryLedger, memoryLedger } from './memory-ledger.ts';
export { type PostgresLedger, postgresLedger } from './postgres-ledger.ts';
export { toAlarm } from './postgres-rows.ts';
export { type LockerRegistration, registerLocker } from './register-locker.ts';
export type * from './rows.ts';
