import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';

/** Room for some thousand journal lines: enough to serve everyone at the unit until someone makes space. */
const reserveBytes = 4 * 1024 * 1024;

/** Disk space set aside at start, so that a full disk does not stop a pick-up. Made anew at a start that finds room. */
export function openReserve(path: string): { free(): boolean } {
  let held = statSync(path, { throwIfNoEntry: false })?.size === reserveBytes || fill(path);
  return {
    free() {
      const had = held;
      held = false;
      rmSync(path, { force: true });
      return had;
    },
  };
}

function fill(path: string): boolean {
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, Buffer.alloc(reserveBytes));
    fsyncSync(file);
    return true;
  } catch {
    // No room for a reserve on a disk that is nearly full: pick-ups go on as long as they fit.
    rmSync(path, { force: true });
    return false;
  } finally {
    closeSync(file);
  }
}
