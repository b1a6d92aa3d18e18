import type { Logger } from '../broker/index.ts';
import type { Clock } from '../clock.ts';

export interface RoundsOptions {
  /** Returns whether there is more to do at once. May reject; the next poll tries again. */
  round(): Promise<boolean>;
  /** A wake waits this long for others. */
  delayMs: number;
  pollMs: number;
  clock: Clock;
  logger: Logger;
  /** For the log: what cannot be done now. */
  what: string;
}

export interface Rounds {
  /** Something is to be done. Returns at once. */
  wake(): void;
  /** Resolves once no round runs any more. */
  stop(): Promise<void>;
}

/**
 * Does rounds of work one after another.
 *
 *   soon ──delay──▶ running ──nothing woke it──▶ waiting ──poll, or wake and delay──▶ running
 *    ▲                 └───────woken meanwhile────┐
 *    └────────────────────────────────────────────┘
 */
export function startRounds({ round, delayMs, pollMs, clock, logger, what }: RoundsOptions): Rounds {
  let state: 'soon' | 'running' | 'waiting' | 'stopped' = 'waiting';
  let wokenMeanwhile = false;
  let running = Promise.resolve();
  let cancel = () => {};

  const schedule = (next: 'soon' | 'waiting') => {
    if (state === 'stopped') return;
    cancel();
    state = next;
    cancel = clock.after(next === 'soon' ? delayMs : pollMs, () => {
      running = run();
    });
  };
  const run = async () => {
    state = 'running';
    wokenMeanwhile = false;
    try {
      while (state === 'running' && (await round()));
    } catch (error) {
      logger.warn({ err: error }, what);
      wokenMeanwhile = false;
    }
    schedule(wokenMeanwhile ? 'soon' : 'waiting');
  };
  schedule('soon');

  return {
    wake() {
      if (state === 'running') wokenMeanwhile = true;
      else if (state === 'waiting') schedule('soon');
    },
    async stop() {
      state = 'stopped';
      cancel();
      await running;
    },
  };
}
