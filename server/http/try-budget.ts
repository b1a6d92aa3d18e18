import type { Clock } from '../clock.ts';

/** Lets `most` tries through in any one window; further ones are told how long to wait. */
export interface TryBudget {
  /** Milliseconds to wait; 0 for a try that may go on, and counts. */
  take(): number;
}

export function tryBudget(clock: Clock, { most, windowMs }: { most: number; windowMs: number }): TryBudget {
  const tries: number[] = [];
  return {
    take() {
      const nowMs = clock.nowMs();
      while (tries[0] !== undefined && tries[0] <= nowMs - windowMs) tries.shift();
      const [oldest] = tries;
      if (oldest !== undefined && tries.length >= most) return oldest + windowMs - nowMs;
      tries.push(nowMs);
      return 0;
    },
  };
}
