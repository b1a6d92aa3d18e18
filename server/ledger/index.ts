export { type Ledger, type LedgerBooks, LedgerError, type LedgerLoad, type LedgerNews } from './ledger.ts';
export { LockerBook } from './locker-book.ts';
export type * from './rows.ts';
