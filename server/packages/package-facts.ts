import type { FactHandlers } from '../events/index.ts';
import { grantRedeemed, packageCollected } from './collected.ts';
import { packageDeposited } from './deposited.ts';

/** What lockers say of parcels. */
export const packageFacts = {
  'package.deposited': packageDeposited,
  'package.collected': packageCollected,
  'grant.redeemed': grantRedeemed,
} as const satisfies Partial<FactHandlers>;
