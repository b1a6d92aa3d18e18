import type { Clock } from '../clock.ts';
import { intakeLimits } from './intake-limits.ts';

/** True for a key at most once in `intervalMs`. */
export function atMostEvery(intervalMs: number, clock: Clock): (key: string) => boolean {
  const lastMs = new Map<string, number>();
  return (key) => {
    const nowMs = clock.nowMs();
    const last = lastMs.get(key);
    if (last !== undefined && nowMs - last < intervalMs) return false;
    lastMs.delete(key);
    const oldest = lastMs.keys().next();
    if (lastMs.size >= intakeLimits.lockersRememberedMax && !oldest.done) lastMs.delete(oldest.value);
    lastMs.set(key, nowMs);
    return true;
  };
}
