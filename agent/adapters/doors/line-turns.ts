import type { Clock } from '../../ports/clock.ts';

/** However long a read takes, the line's other boards get their turn after this; the bus then takes both in turn. */
const TURN_MS_MAX = 250;

/** The boards of one line are read one at a time; whoever is due first goes first. */
export interface LineTurns {
  /** Resolves when it is the caller's turn, with what ends the turn. */
  take(dueMs: number): Promise<() => void>;
}

export function lineTurns(clock: Clock): LineTurns {
  const queue: { dueMs: number; go(): void }[] = [];
  let taken = false;

  const next = () => {
    if (taken) return;
    const first = queue.shift();
    if (first === undefined) return;
    taken = true;
    first.go();
  };
  const turn = () => {
    let over = false;
    const end = () => {
      cancel();
      if (over) return;
      over = true;
      taken = false;
      next();
    };
    const cancel = clock.after(TURN_MS_MAX, end);
    return end;
  };
  return {
    take: (dueMs) =>
      new Promise((resolve) => {
        const later = queue.findIndex((other) => other.dueMs > dueMs);
        queue.splice(later === -1 ? queue.length : later, 0, { dueMs, go: () => resolve(turn()) });
        next();
      }),
  };
}
