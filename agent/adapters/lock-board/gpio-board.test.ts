import { describe, expect, test } from 'vitest';
import { lockBoardContract } from '../../contracts/lock-board.contract.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeGpio } from '../gpio/fake-gpio.ts';
import { gpioBoard } from './gpio-board.ts';
import { GpioEntry } from './gpio-entry.ts';

const entry = GpioEntry.parse({
  name: 'pins',
  profile: 'gpio',
  channels: [
    { output: 'GPIO17', feedback: { line: 'GPIO5' } },
    { output: 'GPIO18', feedback: { line: 'GPIO6', closed: 'high' }, activeLow: true },
    { output: 22, feedback: { line: 13 } },
    { output: 23, feedback: { line: 19 } },
  ],
  inputs: [{ line: 'GPIO20' }, { line: 'GPIO21', on: 'high', bias: 'pullDown' }],
});
const closedLevels = [false, true, false, false];

function pins(wiring = entry) {
  const clock = manualClock();
  let made: ReturnType<typeof fakeGpio> | undefined;
  const board = gpioBoard(wiring, clock, (lines, onEdge) => {
    made = fakeGpio(lines, { clock, onEdge });
    return made;
  });
  if (made === undefined) throw new Error('a board makes its lines');
  const gpio = made;
  const feedbacks = wiring.channels.filter(({ feedback }) => feedback).length;
  for (const [input, high] of closedLevels.entries()) gpio.setLevel(input, high);
  wiring.inputs.forEach(({ on }, at) => void gpio.setLevel(feedbacks + at, on !== 'high'));
  gpio.onOutput = (output, on) => on && gpio.setLevel(output, !closedLevels[output]);
  const read = () => clock.until(board.read());
  return { clock, board, gpio, feedbacks, read };
}

lockBoardContract(
  'GPIO on the fake',
  async () => {
    const { clock, board, gpio, feedbacks } = pins();
    return {
      board,
      acknowledges: true,
      driven: () => gpio.pulses.map(({ output }) => output + 1),
      pushShut: (channel) => gpio.setLevel(channel - 1, closedLevels[channel - 1] ?? false),
      silence: (on) => gpio.fail(on ? 'no answer' : undefined),
      unplug: (on) => gpio.fail(on ? 'no chip' : undefined),
      setInput: (input, on) =>
        gpio.setLevel(feedbacks + input - 1, on === (entry.inputs[input - 1]?.on === 'high')),
      clock,
      until: clock.until,
      dispose: () => clock.until(board.close()),
    };
  },
  { without: ['makeNoise'] },
);

describe('a GPIO board', () => {
  test('believes no level that bounces, and the last one once it is steady', async () => {
    const { clock, board, gpio, read } = pins();
    await read();
    const reading = board.read();
    gpio.setLevel(0, true);
    // A short bounce, over before the second look.
    const bouncing = board.read();
    clock.after(10, () => gpio.setLevel(0, false));
    clock.after(15, () => gpio.setLevel(0, true));
    await clock.until(reading);
    expect(await clock.until(bouncing)).toMatchObject({ doors: ['closed', 'closed', 'closed', 'closed'] });
    expect(await read()).toMatchObject({ doors: ['open', 'closed', 'closed', 'closed'] });
  });

  test('calls a door without feedback unknown, and itself blind where no door has any', async () => {
    const wiring = { ...entry, channels: [{ output: 17, activeLow: false }] };
    const { board, read } = pins(wiring);
    expect(board.blind).toBe(true);
    expect(await read()).toMatchObject({ doors: ['unknown'], inputs: ['off', 'off'] });
  });

  test('says what is wrong with its lines, by its own name', async () => {
    const { gpio, read, board } = pins();
    gpio.fail('busy');
    expect(await read()).toEqual({ ok: false, reason: 'line lost', detail: 'pins: fake lines: busy' });
    expect(await board.pulse(1, 300)).toMatchObject({ ok: false, reason: 'line lost' });
    expect(gpio.pulses).toEqual([]);
  });

  test('lets no more pulses wait than it is allowed to', async () => {
    const { board, gpio, clock } = pins();
    const outcomes = await clock.until(Promise.all(Array.from({ length: 70 }, () => board.pulse(1, 100))));
    expect(outcomes.filter((outcome) => !outcome.ok)).toHaveLength(6);
    expect(outcomes.at(-1)).toMatchObject({ ok: false, reason: 'queue full' });
    expect(gpio.pulses).toHaveLength(64);
    expect(await board.pulse(1, 100)).toMatchObject({ ok: true });
  });
});

describe('its entry in the cabinet file', () => {
  test('takes one line once, by number or by name', () => {
    const twice = GpioEntry.safeParse({
      name: 'pins',
      profile: 'gpio',
      channels: [{ output: 'GPIO17', feedback: { line: 17 } }],
    });
    expect(twice.error?.issues[0]?.message).toBe('board pins: line 17 is given twice');
  });
});
