import type { BoardReading } from '../../ports/lock-board.ts';
import type { Sighting } from './debounce.ts';
import type { PowerGuard } from './power-guard.ts';

/** A board that is found silent so soon after a coil was driven on its supply may have lost its power to it. */
const SAG_AFTER_MS = 1_000;
/** A single try may be lost on any line. */
const UNANSWERED_MIN = 2;

/**
 * Tells when a board that had answered falls silent under the load of a coil: to several status queries in a row, or to
 * a pulse where it is one that acknowledges. Once for each load, and not again until the boards concerned answer.
 */
export interface SagWatch {
  see(board: string, reading: BoardReading, sighting: Sighting): void;
}

export function sagWatch(
  guard: Pick<PowerGuard, 'load'>,
  onSupply: (supply: string, board: string, detail: string) => void,
): SagWatch {
  const answering = new Set<string>();
  /** By supply, the load that was told of. */
  const told = new Map<string, number>();

  return {
    see: (board, reading, { beganMs, endedMs }) => {
      const { supply, fromMs, untilMs, silentBoard } = guard.load(board);
      const silent = reading.ok
        ? (reading.unanswered ?? 0) >= UNANSWERED_MIN
        : reading.reason === 'no answer';
      const underLoad = endedMs >= fromMs && beganMs <= untilMs + SAG_AFTER_MS;
      const suspect = silent && underLoad ? board : silentBoard;
      if (suspect !== undefined && answering.has(suspect) && told.get(supply) !== fromMs) {
        told.set(supply, fromMs);
        onSupply(supply, suspect, `${suspect} fell silent while a coil on supply ${supply} was driven`);
      }
      if (reading.ok) answering.add(board);
      else if (reading.reason === 'no answer' || reading.reason === 'line lost') answering.delete(board);
    },
  };
}
