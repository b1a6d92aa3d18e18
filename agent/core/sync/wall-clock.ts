import { agreeWithinMs, floorAt } from '../clock.ts';
import type { Draft } from '../draft.ts';

/** Looks at the wall clock with each input; a jump makes it suspect. */
export function noteWallClock(d: Draft): void {
  const { clock } = d.state;
  const offsetMs = d.stamp.wallMs - d.stamp.monotonicMs;
  const stepMs = clock.offsetMs === null ? 0 : offsetMs - clock.offsetMs;
  if (offsetMs !== clock.offsetMs) d.set({ clock: { ...clock, offsetMs } });
  if (Math.abs(stepMs) > agreeWithinMs) become(d, 'suspect', stepMs);
}

/**
 * Fresh server time raises the floor for good, so one source alone is not enough where it is far from what was
 * believed: the wall clock, the floor, or the server in another session has to agree.
 */
export function hearServerTime(d: Draft, { now, serverNonce }: { now: number; serverNonce: string }): void {
  const floorMs = floorAt(d.meta, d.poweredMs);
  const { unconfirmed } = d.state.clock;
  const offsetMs = now - d.stamp.monotonicMs;
  const agreed =
    agree(now, d.stamp.wallMs) ||
    agree(now, floorMs) ||
    (unconfirmed !== null &&
      unconfirmed.serverNonce !== serverNonce &&
      agree(offsetMs, unconfirmed.offsetMs));
  if (!agreed) {
    if (now > floorMs) d.set({ clock: { ...d.state.clock, unconfirmed: { offsetMs, serverNonce } } });
    return become(d, 'suspect', d.stamp.wallMs - now);
  }
  if (now > floorMs) d.setMeta({ floorMs: now, floorAtPoweredMs: d.poweredMs });
  d.set({ clock: { ...d.state.clock, unconfirmed: null } });
  become(d, 'good', d.stamp.wallMs - now);
}

function become(d: Draft, state: 'good' | 'suspect', stepMs: number): void {
  if (state === d.state.clock.state) return;
  d.set({ clock: { ...d.state.clock, state } });
  d.emit({ kind: 'clock.changed', state, stepMs: Math.round(stepMs) });
}

function agree(a: number, b: number): boolean {
  return Math.abs(a - b) <= agreeWithinMs;
}
