import type { Clock } from './clock.ts';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, running what falls due on the way, each at its own moment and in order. */
  advance(ms: number): void;
}

/** Starts at `startMs`; what is due at the same moment runs in the order in which it was asked for. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let waiting: { dueAtMs: number; run: () => void }[] = [];

  return {
    nowMs: () => nowMs,
    after: (delayMs, run) => {
      const entry = { dueAtMs: nowMs + Math.max(0, delayMs), run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let next = earliest(waiting, untilMs); next; next = earliest(waiting, untilMs)) {
        const due = next;
        waiting = waiting.filter((other) => other !== due);
        nowMs = due.dueAtMs;
        due.run();
      }
      nowMs = untilMs;
    },
  };
}

function earliest<T extends { dueAtMs: number }>(waiting: T[], untilMs: number): T | undefined {
  return waiting
    .filter((entry) => entry.dueAtMs <= untilMs)
    .reduce<T | undefined>(
      (first, entry) => (first && first.dueAtMs <= entry.dueAtMs ? first : entry),
      undefined,
    );
}
