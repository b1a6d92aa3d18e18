import type { DoorPosition } from '../../ports/lock-board.ts';

/** Believes a position once two polls in a row agree on it. */
export interface DoorDebounce {
  /** Takes what a poll says; returns a position that has just become believed, once. */
  see(position: DoorPosition): DoorPosition | undefined;
  /** A poll failed: the next two have to agree. */
  miss(): void;
  /** Believes this at once; undefined where it was believed already. */
  force(position: DoorPosition): DoorPosition | undefined;
  /** True while one more equal poll would change what is believed, or nothing is believed yet. */
  unsure(): boolean;
}

export function doorDebounce(): DoorDebounce {
  let believed: DoorPosition | undefined;
  let seenOnce: DoorPosition | undefined;

  const force = (position: DoorPosition) => {
    seenOnce = undefined;
    if (believed === position) return undefined;
    believed = position;
    return position;
  };
  return {
    see: (position) => {
      if (position === believed || position === seenOnce) return force(position);
      seenOnce = position;
      return undefined;
    },
    miss: () => {
      seenOnce = undefined;
    },
    force,
    unsure: () => believed === undefined || seenOnce !== undefined,
  };
}
