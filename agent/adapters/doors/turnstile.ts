import type { Clock } from '../../ports/clock.ts';

/**
 * Lets so many through at a time, in the order of asking: one after another, and the next only `apartMs` after the one
 * before said, by leaving, that it is through.
 */
export interface Turnstile {
  enter(): Promise<void>;
  /** Is through, and gives the place up after `afterMs`. To be called once for each `enter`. */
  leave(afterMs: number): void;
  waiting(): number;
  /** Lets nobody through before that. */
  shutUntil(monotonicMs: number): void;
  /** Lets everybody through who waits, now and later: the end of its use. */
  openAll(): void;
}

export function turnstile(clock: Clock, { places, apartMs }: { places: number; apartMs: number }): Turnstile {
  const queue: (() => void)[] = [];
  let free = places;
  let openFromMs = Number.NEGATIVE_INFINITY;
  let turning = false;
  let crossing = false;
  let open = false;

  const turn = () => {
    if (turning || crossing || free <= 0 || queue.length === 0) return;
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
    crossing = true;
    queue.shift()?.();
  };
  const shutUntil = (monotonicMs: number) => {
    openFromMs = Math.max(openFromMs, monotonicMs);
  };

  return {
    enter: () =>
      new Promise((resolve) => {
        if (open) return resolve();
        queue.push(resolve);
        turn();
      }),
    leave: (afterMs) => {
      crossing = false;
      shutUntil(clock.monotonicMs() + apartMs);
      const giveUp = () => {
        free += 1;
        turn();
      };
      if (afterMs > 0) clock.after(afterMs, giveUp);
      else giveUp();
      turn();
    },
    waiting: () => queue.length,
    shutUntil,
    openAll: () => {
      open = true;
      for (const enter of queue.splice(0)) enter();
    },
  };
}
