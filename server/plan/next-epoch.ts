/**
 * The epoch of plans after a restore: never used before by any server of this locker, even one whose database, and
 * with it the count of its epochs, was restored more than once.
 */
export function nextEpoch(nowMs: number, highestSeen: number): number {
  return Math.max(nowMs, highestSeen + 1);
}
