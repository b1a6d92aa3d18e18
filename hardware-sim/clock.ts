/** The simulator's only source of time: everything that waits or stamps takes one of these. */
export interface Clock {
  /** Milliseconds that never go back; on the real clock they count from the Unix epoch, with fractions. */
  nowMs(): number;
  /** Runs `run` once, no earlier than `delayMs` from now, and returns what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own clock. Delays are rounded up, so that a paced line is never faster than its baud rate. */
export function realClock(): Clock {
  return {
    nowMs: () => performance.timeOrigin + performance.now(),
    after: (delayMs, run) => {
      const timer = setTimeout(run, Math.max(0, Math.ceil(delayMs)));
      return () => clearTimeout(timer);
    },
  };
}
