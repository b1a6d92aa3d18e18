import { describe } from 'vitest';
import { ledgerContract } from './ledger.contract.ts';
import { memoryLedger } from './memory-ledger.ts';

describe('the ledger in memory', () =>
  ledgerContract(() => {
    const ledger = memoryLedger();
    return {
      ledger,
      register: async (registration) => ledger.register(registration),
      state: async () => ledger.state(),
    };
  }));
