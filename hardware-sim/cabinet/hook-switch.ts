import type { Clock } from '../clock.ts';
import type { DoorFaults } from './faults.ts';

/** The switch at a door's hook: it says what the hook does, unless it lies, chatters after a move, or flaps. */
export interface HookSwitch {
  saysOpen(): boolean;
  /** To be called when the hook has turned. */
  moved(): void;
  /** To be called when the faults are others. */
  faultsChanged(): void;
  stop(): void;
}

/** `flipped` is called whenever the switch, by a fault alone, says something else; null where nobody asks. */
export function createHookSwitch(options: {
  clock: Clock;
  isOpen: () => boolean;
  faults: () => DoorFaults;
  flipped: (() => void) | null;
}): HookSwitch {
  const { clock, isOpen, faults, flipped } = options;
  let movedAtMs = Number.NEGATIVE_INFINITY;
  let cancelFlip = () => {};

  const chattersUntilMs = () => movedAtMs + (faults().bounce?.forMs ?? 0);
  const isOdd = (sinceMs: number, everyMs: number) => Math.floor(sinceMs / everyMs) % 2 === 1;
  const isFlipped = (): boolean => {
    const { bounce, flapping, lyingSwitch } = faults();
    const nowMs = clock.nowMs();
    const bounces = bounce !== null && nowMs < chattersUntilMs() && isOdd(nowMs - movedAtMs, bounce.everyMs);
    const flaps = flapping !== null && isOdd(nowMs, flapping.everyMs);
    return [lyingSwitch === 'inverted', bounces, flaps].filter(Boolean).length % 2 === 1;
  };
  /** Timers run only where somebody wants to hear of each flip; whoever polls sees the switch as it is by the clock. */
  const follow = () => {
    cancelFlip();
    const { bounce, flapping } = faults();
    const bouncing = bounce && clock.nowMs() < chattersUntilMs();
    const everyMs = Math.min(flapping?.everyMs ?? Infinity, bouncing ? bounce.everyMs : Infinity);
    if (!flipped || everyMs === Infinity) return;
    cancelFlip = clock.after(everyMs, () => {
      flipped();
      follow();
    });
  };
  follow();

  return {
    saysOpen: () => {
      const { lyingSwitch } = faults();
      if (lyingSwitch === 'stuckOpen' || lyingSwitch === 'stuckClosed') return lyingSwitch === 'stuckOpen';
      return isOpen() !== isFlipped();
    },
    moved: () => {
      movedAtMs = clock.nowMs();
      follow();
    },
    faultsChanged: follow,
    stop: () => cancelFlip(),
  };
}
