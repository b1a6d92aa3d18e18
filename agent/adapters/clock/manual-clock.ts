import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** A clock that stands still until it is told to move, for tests and simulations. */
export interface ManualClock extends Clock {
  /**
   * Moves on by `ms`. What falls due on the way runs at its own moment, in order; the promises that
   * it settles go on before time moves again.
   */
  advance(ms: number): Promise<void>;
  /** Moves on just as far as it takes for `promise` to settle; throws when no timer is left to run. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Makes the wall clock jump; the monotonic one is not touched. */
  setWall(wallMs: number): void;
}

interface Timer {
  dueMs: number;
  action: () => void;
}

/** The monotonic side starts at 0; the wall at `wallMs`, which is 1970 unless told. */
export function manualClock(wallMs = 0): ManualClock {
  let nowMs = 0;
  let wallOffsetMs = wallMs;
  let timers: Timer[] = [];

  const runNext = (untilMs: number): boolean => {
    const next = timers[0];
    if (next === undefined || next.dueMs > untilMs) return false;
    timers.shift();
    nowMs = Math.max(nowMs, next.dueMs);
    next.action();
    return true;
  };

  return {
    wallMs: () => wallOffsetMs + nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, action) => {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), action };
      const later = timers.findIndex((other) => other.dueMs > timer.dueMs);
      timers.splice(later === -1 ? timers.length : later, 0, timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await promisesToSettle();
      while (runNext(untilMs)) await promisesToSettle();
      nowMs = untilMs;
    },
    until: async (promise) => {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      await promisesToSettle();
      while (!settled) {
        if (!runNext(Number.POSITIVE_INFINITY))
          throw new Error('nothing is due, and the promise is still pending');
        await promisesToSettle();
      }
      return await promise;
    },
    setWall: (wallMs) => {
      wallOffsetMs = wallMs - nowMs;
    },
  };
}

/** A turn of the event loop comes after every promise job that is due, however long their chain. */
async function promisesToSettle(): Promise<void> {
  await setImmediate();
}
