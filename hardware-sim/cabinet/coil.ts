import type { Clock } from '../clock.ts';

/** A clock with fractions leaves dust behind the point. */
const US_PER_MS = 1000;

/** One coil. A pulse during a pulse prolongs it; one without a length lasts until the coil is let go. */
export interface Coil {
  isOn(): boolean;
  drive(durationMs: number | null): void;
  /** Lets go before the time; nothing where it is off. */
  cut(): void;
  /** Ends its timer without a word. */
  stop(): void;
}

/** `off` is called when the coil is driven no longer, with how long it was in all. */
export function createCoil(options: { clock: Clock; off: (drivenMs: number, cut: boolean) => void }): Coil {
  const { clock } = options;
  let onSinceMs: number | null = null;
  let offAtMs = 0;
  let cancelOff = () => {};

  const end = (cut: boolean) => {
    if (onSinceMs === null) return;
    const drivenMs = Math.round((clock.nowMs() - onSinceMs) * US_PER_MS) / US_PER_MS;
    onSinceMs = null;
    cancelOff();
    options.off(drivenMs, cut);
  };
  return {
    isOn: () => onSinceMs !== null,
    drive: (durationMs) => {
      const nowMs = clock.nowMs();
      const untilMs = nowMs + (durationMs ?? Infinity);
      offAtMs = onSinceMs === null ? untilMs : Math.max(offAtMs, untilMs);
      onSinceMs ??= nowMs;
      cancelOff();
      cancelOff = offAtMs === Infinity ? () => {} : clock.after(offAtMs - nowMs, () => end(false));
    },
    cut: () => end(true),
    stop: () => cancelOff(),
  };
}
