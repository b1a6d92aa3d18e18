import { describe, expect, it } from 'vitest';
import type { Clock } from '../ports/clock.ts';
import type { BoardReading, DoorPosition, InputLevel, LockBoard } from '../ports/lock-board.ts';

export interface LockBoardHarness {
  /** All doors closed, nothing driven yet. */
  board: LockBoard;
  /** False where the board never answers an unlock. */
  acknowledges: boolean;
  /** Channels whose coils were driven, in order. */
  driven(): readonly number[];
  pushShut(channel: number): void | Promise<void>;
  /** Makes the board deaf and dumb, or well again; left out where it cannot be. */
  silence?(on: boolean): void | Promise<void>;
  /** Takes the line away, or gives it back; for a board without a line of its own, the like. */
  unplug?(on: boolean): void | Promise<void>;
  /** For a board with inputs: carries current to one, or none. All are off at first. */
  setInput?(input: number, on: boolean): void | Promise<void>;
  /** Puts so many bytes that belong to nothing on the line before each reply from now on. */
  makeNoise?(bytes: number): void | Promise<void>;
  clock: Clock;
  /** Lets time pass until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T>;
  dispose(): Promise<void>;
}

/** How often a caller polls here, and more polls than a door's spring or a line's recovery takes. */
const READ_EVERY_MS = 50;
const READS_MAX = 300;
const NOISE_BYTES = 3;

type Means = 'silence' | 'unplug' | 'setInput' | 'makeNoise';

/** `without`: what a harness has no means for; what needs it is left out. */
export interface LockBoardMeans {
  without?: readonly Means[];
}

/**
 * What every lock board with feedback must do. At least three channels. Each test has a board of its
 * own, so that boards on a real clock can be tested side by side.
 */
export function lockBoardContract(
  name: string,
  create: () => Promise<LockBoardHarness>,
  { without = [] }: LockBoardMeans = {},
): void {
  describe(`lock board contract: ${name}`, () => {
    const test = (what: string, run: (board: Handled) => Promise<void>) =>
      it(what, async () => {
        const harness = await create();
        await run(handle(harness)).finally(harness.dispose);
      });
    const testWith = <M extends Means>(
      means: M,
      what: string,
      run: (board: Equipped<M>) => Promise<void>,
    ) => {
      if (without.includes(means)) return;
      it(what, async () => {
        const harness = await create();
        expect(harness[means]).toBeDefined();
        await run({ ...handle(harness), [means]: harness[means] } as Equipped<M>).finally(harness.dispose);
      });
    };

    test('tells the position of every channel', async ({ board, read }) => {
      const reading = await read();
      expect(reading).toMatchObject({ ok: true, doors: Array(board.channels).fill('closed') });
      expect(reading).toMatchObject({ inputs: Array(board.inputs).fill(expect.any(String)) });
    });

    testWith('setInput', 'tells the level of every input', async ({ board, read, readUntil, setInput }) => {
      expect(await read()).toMatchObject({ inputs: Array(board.inputs).fill('off') });
      await setInput(board.inputs, true);
      const on = await readUntil((reading) => inputs(reading).includes('on'));
      expect(inputs(on).indexOf('on')).toBe(board.inputs - 1);
      await setInput(board.inputs, false);
      expect(inputs(await readUntil((reading) => !inputs(reading).includes('on')))).not.toContain('on');
    });

    testWith('makeNoise', 'reads through noise, and tells how much it was', async ({ read, makeNoise }) => {
      await read();
      await makeNoise(NOISE_BYTES);
      expect(await read()).toMatchObject({ ok: true, noise: NOISE_BYTES });
      await makeNoise(0);
      expect(await read()).toMatchObject({ ok: true, noise: 0 });
    });

    test('opens the door it was told to, and no other', async ({ pulse, readUntil, driven, ...harness }) => {
      expect(await pulse(2)).toMatchObject({ ok: true, acknowledged: harness.acknowledges });
      const opened = doors(await readUntil((reading) => doors(reading)[1] === 'open'));
      expect(opened.map((door, at) => (door === 'open' ? at + 1 : 0)).filter(Boolean)).toEqual([2]);
      expect(driven()).toEqual([2]);
      await harness.pushShut(2);
      expect(doors(await readUntil((reading) => doors(reading)[1] === 'closed'))[1]).toBe('closed');
    });

    test('drives each coil once for each pulse, in the order asked', async ({ board, until, driven }) => {
      const last = board.channels;
      const outcomes = await until(Promise.all([3, 1, last].map((channel) => board.pulse(channel, 300))));
      expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
      expect(driven()).toEqual([3, 1, last]);
    });

    test('answers reads and pulses asked all at once', async ({ board, until, driven }) => {
      const asked = [1, 2, 3].flatMap((channel) => [board.read(), board.pulse(channel, 300)]);
      const answers = await until(Promise.all<{ ok: boolean }>(asked));
      expect(answers.every((answer) => answer.ok)).toBe(true);
      expect(driven()).toEqual([1, 2, 3]);
    });

    test('refuses a channel that it has not, and drives nothing', async ({ pulse, driven }) => {
      for (const channel of [0, -1, 1.5, Number.NaN, 1_000]) {
        expect(await pulse(channel)).toMatchObject({ ok: false, reason: 'no such channel' });
      }
      expect(driven()).toEqual([]);
    });

    testWith(
      'silence',
      'says that a dead board does not answer, never repeats its pulse, and finds it again',
      async (board) => {
        await board.read();
        await board.silence(true);
        expect(await board.read()).toMatchObject({ ok: false, reason: 'no answer' });
        expect(await board.pulse(1)).toMatchObject({ ok: true, acknowledged: false });
        await board.silence(false);
        expect((await board.readUntil((reading) => reading.ok)).ok).toBe(true);
        expect(board.driven()).toEqual([]);
      },
    );

    testWith(
      'unplug',
      'says that the line is lost, drives nothing meanwhile, and finds it again',
      async (board) => {
        await board.read();
        await board.unplug(true);
        expect(await board.readUntil((reading) => !reading.ok)).toMatchObject({ reason: 'line lost' });
        expect(await board.pulse(1)).toMatchObject({ ok: false, reason: 'line lost' });
        await board.unplug(false);
        expect((await board.readUntil((reading) => reading.ok)).ok).toBe(true);
        expect(board.driven()).toEqual([]);
      },
    );

    test('is closed once it was closed, however often', async ({ board, until, read, pulse, driven }) => {
      await until(board.close());
      await until(board.close());
      expect(await read()).toMatchObject({ ok: false, reason: 'closed' });
      expect(await pulse(1)).toMatchObject({ ok: false, reason: 'closed' });
      expect(driven()).toEqual([]);
    });
  });
}

type Handled = ReturnType<typeof handle>;

type Equipped<M extends Means> = Handled & Required<Pick<LockBoardHarness, M>>;

function handle(harness: LockBoardHarness) {
  const { board, clock, until } = harness;
  const read = () => until(board.read());
  const readUntil = async (holds: (reading: BoardReading) => boolean): Promise<BoardReading> => {
    let reading = await read();
    for (let reads = 1; reads < READS_MAX && !holds(reading); reads++) {
      await until(new Promise<void>((done) => clock.after(READ_EVERY_MS, done)));
      reading = await read();
    }
    return reading;
  };
  return { ...harness, read, readUntil, pulse: (channel: number) => until(board.pulse(channel, 300)) };
}

function inputs(reading: BoardReading): readonly InputLevel[] {
  return reading.ok ? reading.inputs : [];
}

function doors(reading: BoardReading): readonly DoorPosition[] {
  return reading.ok ? reading.doors : [];
}
