/** Packages and the slots in which they lie, as lockers' facts tell of them. */
import { grantRedeemed, packageCollected } from './collected.ts';
import { packageDeposited } from './deposited.ts';

export { movePackage, type PackageMove, type PackageStatus } from './package-states.ts';
export { quietFacts } from './quiet-facts.ts';
export { slotFacts } from './slot-facts.ts';

/** `{ ...packageFacts, ...slotFacts, ...quietFacts }` has an answer to every kind of fact. */
export const packageFacts = {
  'package.deposited': packageDeposited,
  'package.collected': packageCollected,
  'grant.redeemed': grantRedeemed,
};
