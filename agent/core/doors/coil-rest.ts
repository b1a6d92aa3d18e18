import type { Config } from '../state.ts';

/** Rest per door: at least 3 s and nine times the pulse (duty), counted from the pulse. */
export const restMs = 3_000;
const restPerPulse = 9;

export function coilRestMs({ pulseMs }: Pick<Config, 'pulseMs'>): number {
  return Math.max(restMs, restPerPulse * pulseMs);
}
