import type { NotificationRow, PlanHead, PresenceRow } from './rows.ts';

export type NotificationStatus = 'waiting' | 'pending' | 'sent' | 'dead' | 'superseded';

/** Up to which revision of the plan in force the locker confirmed; 0 while it has another epoch's plan. */
export function confirmedRev(presence: PresenceRow | null, plan: PlanHead): number {
  return presence?.confirmedEpoch === plan.serverEpoch ? presence.confirmedRev : 0;
}

/** The state in which a new notification is written: what the locker confirmed already waits for nothing. */
export function firstStatus(row: NotificationRow, confirmed: number): 'waiting' | 'pending' | 'superseded' {
  if (row.superseded) return 'superseded';
  return row.waitsForRev !== null && row.waitsForRev > confirmed ? 'waiting' : 'pending';
}
