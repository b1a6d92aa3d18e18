import { floorAt } from '../clock.ts';
import type { Draft } from '../draft.ts';

/** A jump of the wall clock beyond this is not believed until two sources agree (a server, or a second server answer). */
const suspectJumpMs = 24 * 3_600_000;

/** Looks at the wall clock with each input; a jump makes it suspect. */
export function noteWallClock(d: Draft): void {
  const { state, offsetMs } = d.state.clock;
  const now = d.stamp.wallMs - d.stamp.monotonicMs;
  const stepMs = offsetMs === null ? 0 : now - offsetMs;
  if (Math.abs(stepMs) <= suspectJumpMs || state === 'suspect') {
    if (now !== offsetMs) d.set({ clock: { state, offsetMs: now } });
    return;
  }
  d.set({ clock: { state: 'suspect', offsetMs: now } });
  d.emit({ kind: 'clock.changed', state: 'suspect', stepMs: Math.round(stepMs) });
}

/** Fresh server time raises the floor; where it agrees with the wall clock, that clock is good. */
export function hearServerTime(d: Draft, nowMs: number): void {
  const floorMs = Math.max(floorAt(d.meta, d.poweredMs), nowMs);
  d.setMeta({ floorMs, floorAtPoweredMs: d.poweredMs });
  const state = Math.abs(d.stamp.wallMs - nowMs) <= suspectJumpMs ? 'good' : 'suspect';
  if (state === d.state.clock.state) return;
  d.set({ clock: { ...d.state.clock, state } });
  d.emit({ kind: 'clock.changed', state, stepMs: Math.round(d.stamp.wallMs - nowMs) });
}
