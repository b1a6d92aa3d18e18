import type { BoardReading } from '../../ports/lock-board.ts';
import type { Sighting } from './debounce.ts';
import type { PowerGuard } from './power-guard.ts';

/** A board that is found silent so soon after a coil was driven on its supply may have lost its power to it. */
export const SAG_AFTER_MS = 1_000;

/** Tells when a board that had answered falls silent under the load of a coil: once, until its supply's boards are back. */
export interface SagWatch {
  see(board: string, reading: BoardReading, sighting: Sighting): void;
}

export function sagWatch(
  guard: Pick<PowerGuard, 'load'>,
  onSupply: (supply: string, board: string, detail: string) => void,
): SagWatch {
  const answering = new Set<string>();
  const silentOn = new Map<string, Set<string>>();

  return {
    see: (board, reading, { beganMs, endedMs }) => {
      const { supply, fromMs, untilMs } = guard.load(board);
      const silent = silentOn.get(supply) ?? new Set();
      silentOn.set(supply, silent);
      if (reading.ok) {
        answering.add(board);
        silent.delete(board);
        return;
      }
      if (reading.reason !== 'no answer' || !answering.delete(board)) return;
      if (endedMs < fromMs || beganMs > untilMs + SAG_AFTER_MS) return;
      silent.add(board);
      if (silent.size > 1) return;
      onSupply(supply, board, `${board} fell silent while a coil on supply ${supply} was driven`);
    },
  };
}
