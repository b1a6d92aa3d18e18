import type { BoardReading } from '../../ports/lock-board.ts';
import type { Sighting } from './debounce.ts';
import type { PowerGuard } from './power-guard.ts';

/** A board that is found silent so soon after a coil was driven on its supply may have lost its power to it. */
const SAG_AFTER_MS = 1_000;
/** A single try may be lost on any line. */
const UNANSWERED_MIN = 2;
/** A board on a good line was clean for so many readings before; one that often misses replies says nothing by one more. */
export const CLEAN_READINGS_MIN = 10;
/** A board that lost its power for a moment starts anew within seconds; one that stays silent is dead, and is told lost. */
const BACK_WITHIN_MS = 10_000;

/**
 * Tells when a board that had answered cleanly fell silent under the load of a coil and soon answered again, as one does
 * that was reset. Once for each load; never while a board on another supply fails too, since that is no supply's doing.
 */
export interface SagWatch {
  see(board: string, reading: BoardReading, sighting: Sighting): void;
}

interface Seen {
  supply: string;
  /** Readings in a row without noise or a missed reply. */
  clean: number;
  /** When it last was silent or disturbed. */
  troubledMs: number;
  /** It fell silent under the load that began then. */
  suspect: { fromMs: number; sinceMs: number } | undefined;
}

export function sagWatch(
  guard: Pick<PowerGuard, 'load'>,
  onSupply: (supply: string, board: string, detail: string) => void,
): SagWatch {
  const seen = new Map<string, Seen>();
  /** By supply, the load that was told of. */
  const told = new Map<string, number>();

  const elsewhere = (supply: string, sinceMs: number) =>
    [...seen.values()].some((other) => other.supply !== supply && other.troubledMs >= sinceMs);
  const judge = (board: string, { supply, suspect }: Seen, endedMs: number) => {
    if (!suspect || endedMs - suspect.sinceMs > BACK_WITHIN_MS) return;
    if (told.get(supply) === suspect.fromMs || elsewhere(supply, suspect.fromMs)) return;
    told.set(supply, suspect.fromMs);
    const detail = `${board} was silent for a moment while a coil on supply ${supply} was driven`;
    onSupply(supply, board, detail);
  };

  return {
    see: (board, reading, { beganMs, endedMs }) => {
      const { supply, fromMs, untilMs, silentBoard } = guard.load(board);
      const one = seen.get(board) ?? unseen(supply);
      seen.set(board, one);
      const underLoad = endedMs >= fromMs && beganMs <= untilMs + SAG_AFTER_MS;
      if (underLoad && fellSilent(reading, silentBoard === board) && one.clean >= CLEAN_READINGS_MIN)
        one.suspect ??= { fromMs, sinceMs: beganMs };
      const isClean = reading.ok && reading.noise === 0 && (reading.unanswered ?? 0) === 0;
      one.clean = isClean ? one.clean + 1 : 0;
      if (!isClean) one.troubledMs = endedMs;
      if (isClean) judge(board, one, endedMs);
      // Bytes that belong to no reply are a reply that came late, or a bad line: no sign of a board that starts anew.
      if (isClean || (reading.ok ? reading.noise > 0 : reading.reason !== 'no answer'))
        one.suspect = undefined;
    },
  };
}

function unseen(supply: string): Seen {
  return { supply, clean: 0, troubledMs: Number.NEGATIVE_INFINITY, suspect: undefined };
}

function fellSilent(reading: BoardReading, toPulse: boolean): boolean {
  if (!reading.ok) return reading.reason === 'no answer';
  return toPulse || (reading.unanswered ?? 0) >= UNANSWERED_MIN;
}
