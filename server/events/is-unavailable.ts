import { isConnectionError } from '../database/index.ts';
import { LedgerError } from '../ledger/index.ts';

/** Whether the database is out of reach, so that the same work is worth another try. Anything else fails again. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof LedgerError ? error.code === 'unavailable' : isConnectionError(error);
}
