import type { Meta } from '../state.ts';

/** Wrong codes that anyone may type at once, before the keypad slows down. */
const freeTries = 5;
const firstIntervalMs = 30_000;
const longestIntervalMs = 5 * 60_000;
/** Failures beyond the longest interval count no more, so that one right code gives the keypad back its ease. */
const failuresMax = 9;

/** Milliseconds of powered time until the keypad takes the next code; 0 when it may be tried now. */
export function waitBeforeCodeMs(meta: Meta, poweredMs: number): number {
  return Math.max(0, meta.codeBlockedUntilPoweredMs - poweredMs);
}

/** After a wrong code: one try per 30 s, doubling to one per 5 min; never locked for longer. */
export function afterWrongCode(meta: Meta, poweredMs: number): Partial<Meta> {
  const codeFailures = Math.min(meta.codeFailures + 1, failuresMax);
  if (codeFailures < freeTries) return { codeFailures };
  const intervalMs = Math.min(longestIntervalMs, firstIntervalMs * 2 ** (codeFailures - freeTries));
  return { codeFailures, codeBlockedUntilPoweredMs: poweredMs + intervalMs };
}

/** A right code halves what counts against the keypad. */
export function afterRightCode(meta: Meta): Partial<Meta> {
  return { codeFailures: Math.floor(meta.codeFailures / 2), codeBlockedUntilPoweredMs: 0 };
}
