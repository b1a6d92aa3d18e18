import type { DoorPosition } from '../../ports/lock-board.ts';

/** What is fitted at a door, as last believed; undefined where it is not fitted. */
export interface DoorSigns {
  /** The lock's own switch says "latch engaged", which is not "door closed". */
  hook: DoorPosition | undefined;
  /** A switch of its own, on the door. */
  doorSwitch: DoorPosition | undefined;
}

/** What is known of a door from before: `closed` also where it was not seen for a while since. */
export type DoorBefore = 'open' | 'closed' | undefined;

/**
 * Where a door stands. With a switch of its own it opens only when that says so, since a hook also springs free behind
 * a door that sticks, and it is closed only when both say so. A free hook behind a shut door changes nothing that was
 * known; where nothing was, nobody can tell: called open, it would redeem a grant behind a door that never moved.
 */
export function doorPosition({ hook, doorSwitch }: DoorSigns, before: DoorBefore): DoorPosition {
  if (doorSwitch === undefined) return hook ?? 'unknown';
  if (hook === undefined || doorSwitch === 'open') return doorSwitch;
  if (doorSwitch === 'unknown' || hook === 'unknown') return 'unknown';
  return hook === 'closed' ? 'closed' : (before ?? 'unknown');
}
