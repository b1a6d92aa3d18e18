import { describe, expect, it } from 'vitest';
import type { Clock } from '../ports/clock.ts';
import type { Gpio, GpioLines, OnEdge } from '../ports/gpio.ts';

export interface GpioHarness {
  /** With three outputs, the last active low, and two inputs. */
  make(onEdge: OnEdge): Gpio;
  /** Whether an output drives its load. */
  driven(output: number): boolean | Promise<boolean>;
  /** Puts this level on an input from outside. */
  setLevel(input: number, high: boolean): void | Promise<void>;
  clock: Clock;
  until<T>(promise: Promise<T>): Promise<T>;
  dispose(): Promise<void>;
}

/** The lines that a harness makes its GPIO from. */
export const contractLines: GpioLines = {
  outputs: [
    { line: 'GPIO17', activeLow: false },
    { line: 18, activeLow: false },
    { line: 'GPIO22', activeLow: true },
  ],
  inputs: [
    { line: 'GPIO24', bias: 'pullUp' },
    { line: 25, bias: 'pullDown' },
  ],
};

const POLL_MS = 20;
const POLLS_MAX = 500;
const OUTPUTS = [0, 1, 2];

/** What every kind of GPIO must do. Whatever drives an output before `open` is the harness's to arrange. */
export function gpioContract(name: string, create: () => Promise<GpioHarness>): void {
  describe(`GPIO contract: ${name}`, () => {
    const test = (what: string, run: (gpio: Handled) => Promise<void>) =>
      it(what, async () => {
        const harness = await create();
        const handled = handle(harness);
        await run(handled).finally(async () => {
          await harness.until(handled.gpio.close());
          await harness.dispose();
        });
      });

    test('puts every output to rest when it is opened', async ({ gpio, until, allDriven }) => {
      expect(await until(gpio.open())).toEqual({ ok: true });
      expect(await allDriven()).toEqual([false, false, false]);
    });

    test('drives one output for a while, and no other', async ({ gpio, until, allDriven, waitFor }) => {
      for (const output of [0, 2]) {
        expect(await until(gpio.pulse(output, 200))).toEqual({ ok: true });
        expect(await allDriven()).toEqual(OUTPUTS.map((at) => at === output));
        await waitFor(async () => !(await allDriven())[output]);
      }
      expect(await allDriven()).toEqual([false, false, false]);
    });

    test('refuses an output that it has not', async ({ gpio, until, allDriven }) => {
      await until(gpio.open());
      expect(await until(gpio.pulse(3, 200))).toMatchObject({ ok: false, reason: 'no such line' });
      expect(await allDriven()).toEqual([false, false, false]);
    });

    test('reads every input as it is', async ({ setLevel, readUntil }) => {
      for (const levels of [
        [true, false],
        [false, true],
        [true, true],
        [false, false],
      ]) {
        for (const [input, high] of levels.entries()) await setLevel(input, high);
        await readUntil(levels);
      }
    });

    test('tells of edges', async ({ gpio, until, setLevel, readUntil, waitFor, edges }) => {
      await setLevel(0, true);
      await setLevel(1, true);
      await readUntil([true, true]);
      // A line may not be followed from the first moment on; a caller looks again and again anyway.
      let high = true;
      await waitFor(async () => {
        high = !high;
        await setLevel(0, high);
        await until(gpio.read());
        return edges.some((edge) => edge.input === 0 && !edge.high);
      });
      expect(edges.every(({ input }) => input === 0)).toBe(true);
    });

    test('rests when it is told to', async ({ gpio, until, allDriven }) => {
      await until(gpio.pulse(1, 100));
      expect(await until(gpio.rest())).toEqual({ ok: true });
      expect(await allDriven()).toEqual([false, false, false]);
    });

    test('rests and lets go when it is closed, also amid a pulse', async (harness) => {
      const { gpio, until, allDriven } = harness;
      await until(gpio.pulse(0, 300));
      expect(await until(gpio.close())).toEqual({ ok: true });
      expect(await allDriven()).toEqual([false, false, false]);
      expect(await until(gpio.read())).toMatchObject({ ok: false, reason: 'closed' });
      expect(await until(gpio.pulse(0, 200))).toMatchObject({ ok: false, reason: 'closed' });
      const next = harness.make(() => {});
      expect(await until(next.read())).toMatchObject({ ok: true });
      await until(next.close());
    });
  });
}

type Handled = ReturnType<typeof handle>;

function handle(harness: GpioHarness) {
  const { clock, until } = harness;
  const edges: { input: number; high: boolean }[] = [];
  const gpio = harness.make((input, high) => edges.push({ input, high }));
  const allDriven = () => Promise.all(OUTPUTS.map((output) => harness.driven(output)));
  const waitFor = async (holds: () => Promise<boolean>) => {
    for (let polls = 0; polls < POLLS_MAX; polls++) {
      if (await holds()) return;
      await until(new Promise<void>((done) => clock.after(POLL_MS, done)));
    }
    throw new Error('it never came to hold');
  };
  const readUntil = (levels: readonly boolean[]) =>
    waitFor(async () => {
      const reading = await until(gpio.read());
      return reading.ok && reading.levels.every((level, at) => level === levels[at]);
    });
  return { ...harness, gpio, edges, allDriven, waitFor, readUntil };
}
