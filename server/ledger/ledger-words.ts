import { isConnectionError, isIntegrityError, isSerializationError, sqlState } from '../database/index.ts';
import { LedgerError } from './ledger.ts';

/** Says what PostgreSQL threw in the ledger's words. Anything that it did not throw is passed on. */
export async function inLedgerWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new LedgerError(code, `the ledger did not commit: ${message}`, error);
  }
}

/** Two commits that took the same effect or gave the same answer at once: the later one finds it when rerun. */
const overlapConstraints = ['effect_pkey', 'idempotency_pkey'];

function codeOf(error: unknown): LedgerError['code'] | undefined {
  if (isConnectionError(error) || isSerializationError(error)) return 'unavailable';
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
  if (overlapConstraints.includes(constraint)) return 'unavailable';
  const state = sqlState(error) ?? '';
  // lock_not_available, query_canceled, insufficient resources, system errors: another time it may work.
  if (/^(55P03|57014|53...|58...)$/.test(state)) return 'unavailable';
  // Data exceptions, such as a text with a NUL character, are as final as a constraint's refusal.
  if (isIntegrityError(error) || /^22...$/.test(state)) return 'integrity';
  return undefined;
}
