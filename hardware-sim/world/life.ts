import type { Clock } from '@latchwork/agent';

/** One life of the agent's process: ended by a power cut, after which nothing of it happens any more. */
export interface Life {
  readonly number: number;
  readonly on: boolean;
  end(): void;
  /** Timers of this life that are still to come. */
  readonly waiting: number;
  /** The world's clock as this process sees it: its wall time may be wrong. */
  readonly clock: Clock;
  /** Wraps a callback so that it does nothing once the life is over. */
  during<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void;
}

export interface LifeOptions {
  number: number;
  world: Clock;
  /** How far the wall clock is off. */
  wallErrorMs(): number;
  /** See `Wiring`. */
  keepsTimers?: boolean | undefined;
}

export function startLife({ number, world, wallErrorMs, keepsTimers = false }: LifeOptions): Life {
  let on = true;
  let waiting = 0;
  const life: Life = {
    number,
    get on() {
      return on;
    },
    end() {
      on = false;
    },
    get waiting() {
      return waiting;
    },
    during:
      (act) =>
      (...args) => {
        if (on) act(...args);
      },
    clock: {
      // No machine's clock goes below 1970.
      wallMs: () => Math.max(0, world.wallMs() + wallErrorMs()),
      monotonicMs: world.monotonicMs,
      after(delayMs, action) {
        let counted = true;
        const settle = () => {
          if (counted) waiting -= 1;
          counted = false;
        };
        waiting += 1;
        const cancel = world.after(delayMs, () => {
          settle();
          if (on) action();
        });
        return () => {
          if (keepsTimers) return;
          settle();
          cancel();
        };
      },
    },
  };
  return life;
}
