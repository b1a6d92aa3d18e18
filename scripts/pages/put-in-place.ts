import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Several processes may build the same pages at once, and none of them more often than this in our way. */
const attemptsMax = 100;

/**
 * Makes a finished folder the one at `place`, beside it; what was there goes. Other processes may do the same at any
 * moment: the last one stays, whole.
 */
export function putInPlace(fresh: string, place: string): void {
  for (let attempt = 1; ; attempt += 1) {
    moveAway(place);
    try {
      return renameSync(fresh, place);
    } catch (error) {
      // Another process put its own there between our two steps; then ours comes after it.
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST') || attempt === attemptsMax) throw error;
    }
  }
}

/** Renamed before it is removed: nobody finds half of it, and nobody else removes it as well. */
function moveAway(place: string): void {
  const old = join(dirname(place), `.dist-${randomUUID()}`);
  try {
    renameSync(place, old);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
