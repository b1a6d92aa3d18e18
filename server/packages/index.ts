/**
 * Packages and the slots in which they lie, as lockers' facts tell of them. `{ ...packageFacts, ...slotFacts,
 * ...quietFacts }` has an answer to every kind of fact.
 */
export { packageFacts } from './package-facts.ts';
export { quietFacts } from './quiet-facts.ts';
export { slotFacts } from './slot-facts.ts';
