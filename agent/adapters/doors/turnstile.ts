import type { Clock } from '../../ports/clock.ts';

/** Lets so many through at a time, in the order of asking, and never two closer together than `apartMs`. */
export interface Turnstile {
  enter(): Promise<void>;
  /** Gives the place up, after `afterMs`. To be called once for each `enter`. */
  leave(afterMs: number): void;
  waiting(): number;
  /** Lets everybody through who waits, now and later: the end of its use. */
  openAll(): void;
}

export function turnstile(clock: Clock, { places, apartMs }: { places: number; apartMs: number }): Turnstile {
  const queue: (() => void)[] = [];
  let free = places;
  let openFromMs = Number.NEGATIVE_INFINITY;
  let turning = false;

  const turn = () => {
    if (turning || free <= 0 || queue.length === 0) return;
    const waitMs = openFromMs - clock.monotonicMs();
    if (waitMs > 0) {
      turning = true;
      clock.after(waitMs, () => {
        turning = false;
        turn();
      });
      return;
    }
    free -= 1;
    openFromMs = clock.monotonicMs() + apartMs;
    queue.shift()?.();
    turn();
  };

  return {
    enter: () =>
      new Promise((resolve) => {
        queue.push(resolve);
        turn();
      }),
    leave: (afterMs) => {
      const giveUp = () => {
        free += 1;
        turn();
      };
      if (afterMs > 0) clock.after(afterMs, giveUp);
      else giveUp();
    },
    waiting: () => queue.length,
    openAll: () => {
      free = Number.POSITIVE_INFINITY;
      for (const enter of queue.splice(0)) enter();
    },
  };
}
