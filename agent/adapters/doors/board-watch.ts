import type { Clock } from '../../ports/clock.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import { type BoardListener, boardJudge, type WatchedChannel } from './board-judge.ts';

/** Between two polls, however long they take: another board on the line gets its turn. */
const POLL_REST_MS = 20;

/** Polls one board for ever and tells the listener what became sure. */
export interface BoardWatch {
  /** Resolves when each door was told once, or the board was found lost. */
  start(): Promise<void>;
  /** Polls fast from now on, or no more. */
  fast(on: boolean): void;
  /** Resolves when the last read has ended; nothing is told once it was called. */
  stop(): Promise<void>;
}

export interface BoardWatchOptions {
  clock: Clock;
  board: LockBoard;
  channels: readonly WatchedChannel[];
  listener: BoardListener;
}

export function boardWatch({ clock, board, channels, listener }: BoardWatchOptions): BoardWatch {
  const judge = boardJudge(board, channels, listener);
  const started = Promise.withResolvers<void>();
  let someoneWaits = false;
  let stopped = false;
  let looping: Promise<void> | undefined;
  let wake = () => {};

  const loop = async () => {
    while (!stopped) {
      const beganMs = clock.monotonicMs();
      const reading = await board.read();
      if (stopped) return;
      judge.see(reading);
      if (judge.started()) started.resolve();
      await rest(beganMs, clock.monotonicMs());
    }
  };
  // The interval is taken anew when somebody begins to wait, so a long rest ends early, but never too
  // early: two polls that confirm each other lie a fast interval apart.
  const rest = async (beganMs: number, endedMs: number) => {
    for (;;) {
      const dueMs = Math.max(beganMs + judge.intervalMs(someoneWaits), endedMs + POLL_REST_MS);
      const leftMs = dueMs - clock.monotonicMs();
      if (stopped || leftMs <= 0) return;
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
    fast: (on) => {
      someoneWaits = on;
      wake();
    },
    stop: async () => {
      stopped = true;
      started.resolve();
      wake();
      await looping;
    },
  };
}
