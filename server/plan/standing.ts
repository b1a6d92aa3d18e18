import type { LockerId } from '@latchwork/shared';
import type { PlanHead, PresenceRow } from '../ledger/index.ts';

/** Where a locker's plan stands against the head, in a live session. */
export interface PlanStanding {
  locker: LockerId;
  session: NonNullable<PresenceRow['session']>;
  head: PlanHead;
  /** What the locker says it has in force. */
  confirmed: PlanHead;
  /** It names the head, and yet its digests are not the head's. */
  drifted: boolean;
  /** What was heard: a beat may have crossed with what was sent lately, a hello may not. */
  since: 'hello' | 'beat' | 'news';
}
