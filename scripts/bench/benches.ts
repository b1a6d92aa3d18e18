import type { Bench } from './bench.ts';
import { boot } from './boot.ts';
import { doorsOpen } from './doors-open.ts';
import { doorsPoll } from './doors-poll.ts';
import { doorsSoak } from './doors-soak.ts';
import { ingest } from './ingest.ts';
import { journal } from './journal.ts';
import { open } from './open.ts';

/** Every bench, in the order of the list. */
export const benches: readonly Bench[] = [open, journal, ingest, boot, doorsPoll, doorsOpen, doorsSoak];
