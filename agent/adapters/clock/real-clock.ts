import type { Clock } from '../../ports/clock.ts';

/** The longest delay that a Node timer can hold; beyond it, it would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The machine's own clock. `monotonicMs` counts from the process's start, with fractions. */
export function realClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after: startTimer,
  };
}

function startTimer(delayMs: number, action: () => void): () => void {
  const dueMs = performance.now() + delayMs;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const leftMs = dueMs - performance.now();
    timer = setTimeout(
      leftMs > TIMER_MS_MAX ? arm : action,
      Math.min(Math.max(0, Math.ceil(leftMs)), TIMER_MS_MAX),
    );
  };
  arm();
  return () => clearTimeout(timer);
}
