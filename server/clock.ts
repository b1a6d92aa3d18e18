/**
 * The server's one clock: no other file of the server reads the time or starts a timer, so that a
 * simulation can put its own time in this place.
 */
export interface Clock {
  /** Unix time in milliseconds. */
  nowMs(): number;
  /**
   * Runs `run` once, `delayMs` from now. Returns what cancels it; cancelling late or twice does nothing.
   * Throws RangeError above {@link delayMsMax}.
   */
  after(delayMs: number, run: () => void): () => void;
}

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on by `byMs` and runs what falls due, each timer at its own time and in order. */
  advance(byMs: number): void;
  /** Timers that have neither run nor been cancelled. */
  pending(): number;
}

/** Above this Node fires a timer at once instead of late. */
export const delayMsMax = 2 ** 31 - 1;

export function realClock(): Clock {
  return {
    nowMs: () => Date.now(),
    after(delayMs, run) {
      assertDelay(delayMs);
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

export function manualClock(startMs = 0): ManualClock {
  let timeMs = startMs;
  let waiting: { dueMs: number; run: () => void }[] = [];
  return {
    nowMs: () => timeMs,
    pending: () => waiting.length,
    after(delayMs, run) {
      assertDelay(delayMs);
      const timer = { dueMs: timeMs + Math.max(0, delayMs), run };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
    advance(byMs) {
      const endMs = timeMs + byMs;
      for (let timer = nextDue(waiting, endMs); timer !== undefined; timer = nextDue(waiting, endMs)) {
        const due = timer;
        waiting = waiting.filter((other) => other !== due);
        timeMs = due.dueMs;
        due.run();
      }
      timeMs = endMs;
    },
  };
}

/** Resolves after `delayMs` of the clock's time. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

function assertDelay(delayMs: number): void {
  if (!(delayMs <= delayMsMax))
    throw new RangeError(`a timer of ${delayMs} ms is too long; the most is ${delayMsMax}`);
}

function nextDue<Timer extends { dueMs: number }>(timers: Timer[], endMs: number): Timer | undefined {
  let next: Timer | undefined;
  for (const timer of timers)
    if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
  return next;
}
