import type { Clock } from '../../ports/clock.ts';
import type { BoardReading, LockBoard } from '../../ports/lock-board.ts';
import { type BoardListener, boardJudge, type WatchedSigns } from './board-judge.ts';
import type { Sighting } from './debounce.ts';
import type { LineTurns } from './line-turns.ts';

/** On a line with more to read than it can carry, a board may be late by so many of its own intervals: the slow ones give way. */
const PATIENCE = 3;
/**
 * A door that somebody waits for and that was not read for so long is unknown: well before an opening is judged, 1.5 s
 * after its pulse, and after what one repeated query and a full line may take.
 */
export const FRESH_MS = 1_000;
const DOUBT_EVERY_MS = 200;
const nothing: WatchedSigns = { channels: [], inputs: [] };

/** Polls one board for ever and tells the listener what became sure. */
export interface BoardWatch {
  /** Resolves when each sign was told once, or the board was found lost. */
  start(): Promise<void>;
  /** Polls fast from now on, for these, or no more when there is none. */
  hurry(waitedFor: WatchedSigns): void;
  /** Resolves when the last read has ended; nothing is told once it was called. */
  stop(): Promise<void>;
}

export interface BoardWatchOptions {
  clock: Clock;
  board: LockBoard;
  signs: WatchedSigns;
  /** Shared with the other boards on its line. */
  turns: LineTurns;
  listener: BoardListener;
  /** Before the listener is told. */
  onReading(reading: BoardReading, sighting: Sighting): void;
}

export function boardWatch(options: BoardWatchOptions): BoardWatch {
  const { clock, board, turns } = options;
  const judge = boardJudge(board, options.signs, options.listener);
  const started = Promise.withResolvers<void>();
  let waitedFor = nothing;
  let someoneWaits = false;
  let cancelDoubt = () => {};
  let stopped = false;
  let looping: Promise<void> | undefined;
  let wake = () => {};

  const loop = async () => {
    let dueMs = clock.monotonicMs();
    while (!stopped) {
      // A lost board's read takes seconds; it goes beside the others', which the bus lets in between.
      const endTurn = judge.lost()
        ? () => {}
        : await turns.take(dueMs + PATIENCE * judge.intervalMs(someoneWaits));
      const beganMs = clock.monotonicMs();
      const reading = stopped ? undefined : await board.read();
      endTurn();
      if (stopped || reading === undefined) return;
      const sighting = { beganMs, endedMs: clock.monotonicMs() };
      options.onReading(reading, sighting);
      judge.see(reading, sighting);
      if (judge.started()) started.resolve();
      // A lost board's read may take longer than its interval, and is not to hold the line for ever.
      dueMs = await rest(judge.lost() ? sighting.endedMs : beganMs);
    }
  };
  // A position read before the pulse says nothing of what the pulse did, however the line is in trouble meanwhile.
  const doubtStale = () => {
    cancelDoubt = clock.after(DOUBT_EVERY_MS, doubtStale);
    const nowMs = clock.monotonicMs();
    judge.doubt(waitedFor, nowMs - FRESH_MS, { beganMs: nowMs, endedMs: nowMs });
  };
  // The interval is taken anew when somebody begins to wait, so a long rest ends early, but never too
  // early: two polls that confirm each other lie a fast interval apart.
  const rest = async (fromMs: number): Promise<number> => {
    for (;;) {
      const dueMs = fromMs + judge.intervalMs(someoneWaits);
      const leftMs = dueMs - clock.monotonicMs();
      if (stopped || leftMs <= 0) return dueMs;
      await new Promise<void>((resolve) => {
        const cancel = clock.after(leftMs, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  };

  return {
    start: () => {
      looping ??= loop();
      return started.promise;
    },
    hurry: (signs) => {
      waitedFor = signs;
      const before = someoneWaits;
      someoneWaits = signs.channels.length + signs.inputs.length > 0;
      if (!someoneWaits || stopped) cancelDoubt();
      // A lazy poll may be older than that; the first fast ones come before the first doubt.
      else if (!before) cancelDoubt = clock.after(FRESH_MS, doubtStale);
      wake();
    },
    stop: async () => {
      stopped = true;
      cancelDoubt();
      started.resolve();
      wake();
      await looping;
    },
  };
}
