import { planSendLimits } from './plan-limits.ts';
import type { PlanStanding } from './standing.ts';

/** What a locker was sent last, in which session. */
export interface LastSent {
  serverNonce: string;
  serverEpoch: number;
  toRev: number;
  atMs: number;
}

export type Sending = { as: 'nothing' } | { as: 'snapshot' } | { as: 'delta'; fromRev: number };

/**
 * Whether a locker needs a delta or a whole snapshot. What was sent a moment ago counts as arrived, since the beat
 * that would say so may still be under way; after that time only what the locker says counts, and a hello counts at once.
 */
export function chooseSending(standing: PlanStanding, last: LastSent | undefined, nowMs: number): Sending {
  const { head, session, drifted, since } = standing;
  const lately =
    since !== 'hello' &&
    last?.serverNonce === session.serverNonce &&
    last.serverEpoch === head.serverEpoch &&
    nowMs - last.atMs < planSendLimits.resendAfterMs;
  const at = lately ? { serverEpoch: last.serverEpoch, rev: last.toRev } : standing.confirmed;
  if (drifted && !lately) return { as: 'snapshot' };
  if (at.serverEpoch !== head.serverEpoch || at.rev === 0) return { as: 'snapshot' };
  return at.rev >= head.rev ? { as: 'nothing' } : { as: 'delta', fromRev: at.rev };
}
