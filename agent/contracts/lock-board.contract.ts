import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../ports/clock.ts';
import type { BoardReading, DoorPosition, LockBoard } from '../ports/lock-board.ts';

export interface LockBoardHarness {
  /** All doors closed, nothing driven yet. */
  board: LockBoard;
  /** False where the board never answers an unlock. */
  acknowledges: boolean;
  /** Channels whose coils were driven, in order. */
  driven(): readonly number[];
  pushShut(channel: number): void | Promise<void>;
  /** Makes the board deaf and dumb, or well again. */
  silence(on: boolean): void | Promise<void>;
  /** Takes the line away, or gives it back; for a board without a line of its own, the like. */
  unplug(on: boolean): void | Promise<void>;
  clock: Clock;
  /** Lets time pass until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T>;
  dispose(): Promise<void>;
}

/** How often a caller polls here, and more polls than a door's spring or a line's recovery takes. */
const READ_EVERY_MS = 50;
const READS_MAX = 300;

/** What every lock board with feedback must do. At least three channels. */
export function lockBoardContract(name: string, create: () => Promise<LockBoardHarness>): void {
  describe(`lock board contract: ${name}`, () => {
    let harness: LockBoardHarness;
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.dispose());

    const read = () => harness.until(harness.board.read());
    const pulse = (channel: number) => harness.until(harness.board.pulse(channel, 300));
    const readUntil = async (holds: (reading: BoardReading) => boolean): Promise<BoardReading> => {
      let reading = await read();
      for (let reads = 1; reads < READS_MAX && !holds(reading); reads++) {
        await harness.until(new Promise<void>((done) => harness.clock.after(READ_EVERY_MS, done)));
        reading = await read();
      }
      return reading;
    };
    const doors = (reading: BoardReading): readonly DoorPosition[] => (reading.ok ? reading.doors : []);

    it('tells the position of every channel', async () => {
      const { channels } = harness.board;
      expect(await read()).toEqual({ ok: true, doors: Array(channels).fill('closed') });
    });

    it('opens the door it was told to, and no other', async () => {
      expect(await pulse(2)).toEqual({ ok: true, acknowledged: harness.acknowledges });
      const opened = await readUntil((reading) => doors(reading)[1] === 'open');
      expect(
        doors(opened)
          .map((door) => door === 'open')
          .indexOf(true),
      ).toBe(1);
      expect(doors(opened).filter((door) => door === 'open')).toHaveLength(1);
      expect(harness.driven()).toEqual([2]);
      await harness.pushShut(2);
      const shut = await readUntil((reading) => doors(reading)[1] === 'closed');
      expect(doors(shut)[1]).toBe('closed');
    });

    it('drives each coil once for each pulse, in the order asked', async () => {
      const last = harness.board.channels;
      const outcomes = await harness.until(
        Promise.all([3, 1, last].map((channel) => harness.board.pulse(channel, 300))),
      );
      expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
      expect(harness.driven()).toEqual([3, 1, last]);
    });

    it('answers reads and pulses asked all at once', async () => {
      const asked = [1, 2, 3].flatMap((channel) => [harness.board.read(), harness.board.pulse(channel, 300)]);
      const answers = await harness.until(Promise.all<{ ok: boolean }>(asked));
      expect(answers.every((answer) => answer.ok)).toBe(true);
      expect(harness.driven()).toEqual([1, 2, 3]);
    });

    it.each([0, -1, 1.5, Number.NaN, 1_000])('refuses channel %s and drives nothing', async (channel) => {
      expect(await pulse(channel)).toMatchObject({ ok: false, reason: 'no such channel' });
      expect(harness.driven()).toEqual([]);
    });

    it('says that a dead board does not answer, never repeats its pulse, and finds it again', async () => {
      await read();
      await harness.silence(true);
      expect(await read()).toMatchObject({ ok: false, reason: 'no answer' });
      expect(await pulse(1)).toMatchObject({ ok: true, acknowledged: false });
      await harness.silence(false);
      expect((await readUntil((reading) => reading.ok)).ok).toBe(true);
      expect(harness.driven()).toEqual([]);
    });

    it('says that the line is lost, drives nothing meanwhile, and finds it again', async () => {
      await read();
      await harness.unplug(true);
      expect(await readUntil((reading) => !reading.ok)).toMatchObject({ ok: false, reason: 'line lost' });
      expect(await pulse(1)).toMatchObject({ ok: false, reason: 'line lost' });
      await harness.unplug(false);
      expect((await readUntil((reading) => reading.ok)).ok).toBe(true);
      expect(harness.driven()).toEqual([]);
    });

    it('is closed once it was closed, however often', async () => {
      await harness.board.close();
      await harness.board.close();
      expect(await read()).toMatchObject({ ok: false, reason: 'closed' });
      expect(await pulse(1)).toMatchObject({ ok: false, reason: 'closed' });
      expect(harness.driven()).toEqual([]);
    });
  });
}
