/** What the server wants lockers to know, and how it gets there. */

export { startEpochsAfterRestore } from './after-restore.ts';
export { nextEpoch } from './next-epoch.ts';
export type { PlanAgrees } from './plan-digests.ts';
export { createPlanSender, type PlanSender } from './send-plan.ts';
export type { PlanStanding } from './standing.ts';
