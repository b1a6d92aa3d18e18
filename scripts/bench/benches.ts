import type { Bench } from './bench.ts';
import { boot } from './boot.ts';
import { journal } from './journal.ts';

/** Every bench, in the order of the list. */
export const benches: readonly Bench[] = [journal, boot];
