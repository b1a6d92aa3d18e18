import type { OpsSlot } from '../../http/index.ts';

const reasons = {
  stuck: 'did not open',
  blocked: 'something is in the way',
  flapping: 'its switch flaps',
  technician: 'by a technician',
} as const;

/** Why a locker took a slot out of service itself. */
export function faultWords({ faultReason }: Pick<OpsSlot, 'faultReason'>): string {
  return faultReason === null ? 'by its locker' : reasons[faultReason];
}
