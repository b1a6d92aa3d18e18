import type { ClockState } from '@latchwork/shared';
import type { Meta, State } from './state.ts';

/**
 * The time that has surely passed: judges every expiry. It never goes back, and grows with powered time
 * alone between two words from a server.
 */
export function floorAt(meta: Meta, poweredMs: number): number {
  return meta.floorMs + Math.max(0, poweredMs - meta.floorAtPoweredMs);
}

/** What a fact is dated with: the wall clock while it can be true, else the floor. */
export function believedTime(
  state: State,
  wallMs: number,
  poweredMs: number,
): { at: number; clock: ClockState } {
  const floor = floorAt(state.tables.meta, poweredMs);
  const at = state.clock.state === 'suspect' ? floor : Math.max(wallMs, floor);
  return { at: Math.floor(at), clock: state.clock.state };
}
