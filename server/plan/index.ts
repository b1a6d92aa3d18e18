/** What the server wants lockers to know, and how it gets there. */
export type { PlanAgrees, PlanClaim } from './plan-digests.ts';
export { createPlanSender, type PlanSender, type PlanSenderOptions } from './send-plan.ts';
export type { PlanStanding } from './standing.ts';
