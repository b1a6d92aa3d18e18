import type { Kysely } from 'kysely';
import type { KeyRing } from '../access/index.ts';
import type { Clock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Random } from '../random.ts';

/** What booking works with. */
export interface BookingParts {
  db: Kysely<Tables>;
  ledger: Ledger;
  ring: KeyRing;
  clock: Clock;
  random: Random;
}
