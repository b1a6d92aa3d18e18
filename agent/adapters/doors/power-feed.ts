import type { Clock } from '../../ports/clock.ts';
import { DOORS_AT_ONCE_DEFAULT, PULSE_GAP_MS } from './power-limits.ts';
import { type Turnstile, turnstile } from './turnstile.ts';

export interface Supply {
  name: string;
  /** Boards by name; a board without a supply hangs on one that all such boards share. */
  boards: readonly string[];
  doorsAtOnce: number;
  /** Of those, how many one board bears at most; one that is not named bears them all. */
  doorsAtOnceByBoard?: Readonly<Record<string, number>>;
}

/** What hangs on one supply takes turns, and so do the locks of a board that bears fewer than the supply. */
export interface Feed {
  name: string;
  turns: Turnstile;
  /** By board, of those that have a limit of their own. */
  boardTurns: ReadonlyMap<string, Turnstile>;
  /** Pulses handed over and not answered yet. */
  inFlight: number;
  /** Monotonic begin and end of the last load. */
  fromMs: number;
  untilMs: number;
  /** Under that load, this board kept silent on a pulse, though it is one that acknowledges. */
  silentBoard: string | undefined;
}

/** Boards that no supply names hang on one together. */
const SHARED_SUPPLY = 'shared';

export function feedsByBoard(clock: Clock, supplies: readonly Supply[]): (board: string) => Feed {
  const feed = (name: string, places: number, byBoard: Readonly<Record<string, number>> = {}): Feed => ({
    name,
    turns: turnstile(clock, { places, apartMs: PULSE_GAP_MS }),
    boardTurns: new Map(
      Object.entries(byBoard).map(([board, borne]) => [
        board,
        turnstile(clock, { places: borne, apartMs: 0 }),
      ]),
    ),
    inFlight: 0,
    fromMs: Number.NEGATIVE_INFINITY,
    untilMs: Number.NEGATIVE_INFINITY,
    silentBoard: undefined,
  });
  const shared = feed(SHARED_SUPPLY, DOORS_AT_ONCE_DEFAULT);
  const named = new Map(
    supplies.flatMap((supply) => {
      const one = feed(supply.name, supply.doorsAtOnce, supply.doorsAtOnceByBoard);
      return supply.boards.map((board) => [board, one] as const);
    }),
  );
  return (board) => named.get(board) ?? shared;
}
