import { type LockerId, type PlanDigests, planDigests } from '@latchwork/shared';
import type { Ledger } from '../ledger/index.ts';
import { planSendLimits } from './plan-limits.ts';

export interface PlanClaim {
  serverEpoch: number;
  rev: number;
  digests: PlanDigests;
}

/** Undefined where the claim is not of the head, so that nothing can be said. Rejects as the ledger does. */
export type PlanAgrees = (locker: LockerId, claim: PlanClaim) => Promise<boolean | undefined>;

/** Compares what a locker has with what it should have; a revision's digests never change, so they are kept. */
export function comparePlans(ledger: Pick<Ledger, 'planSince'>): PlanAgrees {
  const kept = new Map<LockerId, PlanClaim>();
  return async (locker, claim) => {
    if (claim.rev === 0) return undefined;
    let ours = kept.get(locker);
    if (!ours || !isSame(ours, claim)) {
      const { serverEpoch, rev, items } = await ledger.planSince(locker, 0);
      const lines = items.flatMap(({ kind, line }) => (line === null ? [] : [{ kind, line }]));
      ours = { serverEpoch, rev, digests: planDigests(lines) };
      kept.delete(locker);
      const oldest = kept.keys().next();
      if (kept.size >= planSendLimits.lockersMax && !oldest.done) kept.delete(oldest.value);
      kept.set(locker, ours);
    }
    return isSame(ours, claim) ? sameDigests(ours.digests, claim.digests) : undefined;
  };
}

function isSame(left: PlanClaim, right: PlanClaim): boolean {
  return left.serverEpoch === right.serverEpoch && left.rev === right.rev;
}

function sameDigests(left: PlanDigests, right: PlanDigests): boolean {
  const kinds = Object.keys(left);
  return (
    kinds.length === Object.keys(right).length &&
    kinds.every((kind) => Object.hasOwn(right, kind) && left[kind] === right[kind])
  );
}
