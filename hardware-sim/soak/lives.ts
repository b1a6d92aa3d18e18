import type { Clock } from '../clock.ts';
import type { Chance } from '../world/chance.ts';
import { type Death, type Life, type LifeOptions, lifeOf } from './life.ts';
import type { Span } from './spans.ts';

const deaths: readonly Death[] = ['now', 'now', 'before commit', 'after commit'];
const killEveryMs = 180_000;
const longRest = 0.3;
const restMs = { short: { from: 200, to: 6_000 }, long: { from: 10_000, to: 90_000 } } as const;

/** The agents that live on one locker's disk, one after another: each is killed at any moment, and the next one started. */
export interface Lives {
  /** Resolves once the first one serves people. */
  start(): Promise<void>;
  /** From each death to the next one's first word. */
  downs: readonly Span[];
  killNoMore(): void;
  /** Resolves when the last one has ended in order. */
  stop(): Promise<void>;
}

export function livesOf(
  options: Omit<LifeOptions, 'clock' | 'seed' | 'onDeath'> & {
    time: LifeOptions['clock'];
    clock: Clock;
    chance: Chance;
    seed: number;
    killed: boolean;
  },
): Lives {
  const { time, clock, chance, kiosk, onLines, onFailure } = options;
  const downs: Span[] = [];
  let count = 0;
  let life: Life | undefined;
  let ending = false;

  const beget = () => {
    count += 1;
    life = lifeOf({
      ...options,
      ...{ clock: time, seed: options.seed * 1_000 + count },
      onLines: (lines) => {
        const down = downs.at(-1);
        if (down && lines.length > 0) down.toMs = Math.min(down.toMs, clock.nowMs());
        onLines(lines);
      },
      onDeath,
    });
    return life;
  };
  const onDeath = () => {
    downs.push({ fromMs: clock.nowMs(), toMs: Number.POSITIVE_INFINITY });
    life = undefined;
    kiosk.show(dark);
    const { from, to } = chance.maybe(longRest) ? restMs.long : restMs.short;
    clock.after(chance.whole(from, to), () => void beget().start().catch(onFailure));
  };
  const killSoon = () => {
    if (ending) return;
    clock.after(chance.waitMs(killEveryMs), () => {
      if (!ending) life?.kill(chance.one(deaths));
      killSoon();
    });
  };
  return {
    downs,
    start: async () => {
      await beget().start();
      if (options.killed) killSoon();
    },
    killNoMore: () => {
      ending = true;
    },
    stop: async () => {
      await life?.stop();
    },
  };
}

const dark = {
  ...{ lockerName: '', helpNumber: '', online: false, notice: null },
  screen: { name: 'starting' },
} as const;
