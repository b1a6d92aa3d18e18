import type { ClockState } from '@latchwork/shared';
import type { Meta, State } from './state.ts';

/**
 * The time that has surely passed: judges every expiry. It never goes back, and grows with powered time
 * alone between two words from a server.
 */
export function floorAt(meta: Meta, poweredMs: number): number {
  return meta.floorMs + Math.max(0, poweredMs - meta.floorAtPoweredMs);
}

/** Two clocks that differ by more than this do not agree, and a jump beyond it is not believed. */
export const agreeWithinMs = 24 * 3_600_000;

/**
 * What a fact is dated with: the floor, which is server time once one was believed, or the wall clock where that agrees. Before
 * any server was heard the floor may be weeks old, and the wall clock is the better guess.
 */
export function believedTime(
  state: State,
  wallMs: number,
  poweredMs: number,
): { at: number; clock: ClockState } {
  const floor = floorAt(state.tables.meta, poweredMs);
  const ahead = wallMs - floor;
  const usable = state.clock.state === 'floor' || (state.clock.state === 'good' && ahead <= agreeWithinMs);
  const at = usable ? Math.max(wallMs, floor) : floor;
  return { at: Math.floor(at), clock: state.clock.state };
}
