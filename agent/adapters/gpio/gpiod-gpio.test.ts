import { describe, expect, test } from 'vitest';
import { contractLines, gpioContract } from '../../contracts/gpio.contract.ts';
import type { GpioLines } from '../../ports/gpio.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { gpiodGpio } from './gpiod-gpio.ts';
import { lineClaims } from './line-claims.ts';
import { type GpiodVersion, recordedTools } from './recorded-tools.ts';

const versions: GpiodVersion[] = ['1.6.3', '2.2.1'];

function start(version: GpiodVersion, lines: GpioLines = contractLines) {
  const clock = manualClock();
  const machine = recordedTools(version, clock);
  const make = (onEdge = (_input: number, _high: boolean) => {}) =>
    gpiodGpio({ lines, labels: ['pinctrl-bcm2835'], clock, tools: machine.tools, onEdge });
  return { clock, machine, make, gpio: make() };
}

for (const version of versions) {
  gpioContract(`gpiod ${version}, by its recorded words`, async () => {
    const { clock, machine, make } = start(version);
    const outputs = [17, 18, 22];
    for (const [at, line] of outputs.entries()) machine.levels.set(line, at !== 2);
    return {
      make,
      driven: (output) => machine.levels.get(outputs[output] ?? 0) === (output !== 2),
      setLevel: (input, high) => machine.setInput(24 + input, high),
      clock,
      until: clock.until,
      dispose: async () => {},
    };
  });
}

describe('the words for gpiod', () => {
  test.each([
    [
      '1.6.3' as const,
      [
        'gpioset --bias=pull-down --mode=exit gpiochip0 17=0 18=0',
        'gpioset --bias=pull-up --active-low --mode=exit gpiochip0 22=0',
        'gpioget --bias=pull-up gpiochip0 24',
        'gpioget --bias=pull-down gpiochip0 25',
        'gpiomon --bias=pull-up --line-buffered --format=%o %e gpiochip0 24',
        'gpiomon --bias=pull-down --line-buffered --format=%o %e gpiochip0 25',
        'gpioset --bias=pull-down --background --mode=time --usec=450000 gpiochip0 17=1',
      ],
    ],
    [
      '2.2.1' as const,
      [
        'gpioset --consumer=latchwork --bias=pull-down --chip=gpiochip0 --toggle=0 17=0 18=0',
        'gpioset --consumer=latchwork --bias=pull-up --chip=gpiochip0 --active-low --toggle=0 22=0',
        'gpioget --numeric --consumer=latchwork --bias=pull-up --chip=gpiochip0 24',
        'gpioget --numeric --consumer=latchwork --bias=pull-down --chip=gpiochip0 25',
        'gpiomon --consumer=latchwork --bias=pull-up --chip=gpiochip0 --format=%o %e 24',
        'gpiomon --consumer=latchwork --bias=pull-down --chip=gpiochip0 --format=%o %e 25',
        'gpioset --consumer=latchwork --bias=pull-down --chip=gpiochip0 --daemonize --toggle=450000us,0 17=1',
      ],
    ],
  ])('%s: rest, look, follow, pulse', async (version, words) => {
    const { gpio, machine, clock } = start(version);
    await clock.until(gpio.read());
    await clock.until(gpio.pulse(0, 450));
    const asked = machine.asked.filter((line) => /^gpio(set|get|mon)/.test(line));
    expect(asked.slice(0, words.length)).toEqual(words);
  });

  test('of a pulse put the line low once more, and outlive whoever started it', async () => {
    const { gpio, machine, clock } = start('1.6.3');
    await clock.until(gpio.pulse(0, 450));
    const [script = ''] = machine.scripts;
    expect(script.split('\n')).toEqual([
      "trap '' PIPE HUP",
      'gpioset --bias=pull-down --background --mode=time --usec=450000 gpiochip0 17=1 || exit',
      'echo driven',
      'sleep 0.450',
      'for try in 1 2 3 4 5 6 7 8 9; do gpioset --bias=pull-down --mode=exit gpiochip0 17=0 2>/dev/null && exit; sleep 0.05; done',
      'gpioset --bias=pull-down --mode=exit gpiochip0 17=0',
    ]);
  });
});

describe.each(versions)('gpiod %s', (version) => {
  test('follows edges between two looks, and looks at every read after a pulse', async () => {
    const { gpio, machine, clock } = start(version);
    const looks = () => machine.asked.filter((line) => line.startsWith('gpioget')).length;
    await clock.until(gpio.read());
    const first = looks();
    machine.setInput(24, true);
    expect(await clock.until(gpio.read())).toMatchObject({ levels: [true, false] });
    expect(looks()).toBe(first);
    await clock.until(gpio.pulse(0, 100));
    await clock.until(gpio.read());
    await clock.until(gpio.read());
    expect(looks()).toBe(first * 3);
  });

  test('finds out an edge that it did not see', async () => {
    const { gpio, machine, clock } = start(version);
    await clock.until(gpio.read());
    machine.deaf = true;
    machine.setInput(24, true);
    expect(await clock.until(gpio.read())).toMatchObject({ levels: [false, false] });
    await clock.advance(1_000);
    expect(await clock.until(gpio.read())).toMatchObject({ levels: [true, false] });
  });

  test.each([
    [{ line: 'GPIO99', activeLow: false }, 'no such line', 'gpiochip0 has no line GPIO99'],
    [{ line: 60, activeLow: false }, 'no such line', 'it has 0 (GPIO0) to 53 (GPIO53)'],
  ])('names a line that it has not: %o', async (output, reason, words) => {
    const { gpio, clock } = start(version, { outputs: [output], inputs: [] });
    const opened = await clock.until(gpio.open());
    expect(opened).toMatchObject({ ok: false, reason });
    expect(JSON.stringify(opened)).toContain(words);
  });

  test('refuses a line that it knows by its number and by its name, of one board or of two', async () => {
    const output = (line: number | string) => ({ line, activeLow: false });
    const twice = start(version, { outputs: [output(17), output('GPIO17')], inputs: [] });
    const opened = await twice.clock.until(twice.gpio.open());
    expect(opened).toMatchObject({
      ok: false,
      detail: expect.stringContaining('line 17 of gpiochip0 is given twice'),
    });
    expect(twice.machine.asked.filter((words) => words.startsWith('gpioset'))).toEqual([]);

    const { clock, machine } = start(version);
    const claims = lineClaims();
    const boards = [17, 'GPIO17'].map((line) =>
      gpiodGpio({
        ...{ lines: { outputs: [output(line)], inputs: [] }, labels: ['pinctrl-bcm2835'] },
        ...{ clock, tools: machine.tools, onEdge: () => {} },
        claim: (lines) => claims.claim(String(line), lines)?.owner,
      }),
    );
    const outcomes = await clock.until(Promise.all(boards.map((gpio) => gpio.open())));
    expect(outcomes).toEqual([{ ok: true }, { ok: false, reason: 'busy', detail: '17' }]);
  });

  test('names who holds a line, and puts the others to rest meanwhile', async () => {
    const { gpio, machine, clock } = start(version);
    machine.holders.set(17, 'led-blinker');
    machine.levels.set(18, true);
    const opened = await clock.until(gpio.open());
    expect(opened).toEqual({
      ok: false,
      reason: 'busy',
      detail:
        'GPIO17 (line 17 of gpiochip0) is held by led-blinker: end that program, or give the lock another line',
    });
    expect(machine.levels.get(18)).toBe(false);
  });

  test('waits for the pulse of an agent that was killed', async () => {
    const { gpio, machine, clock } = start(version);
    machine.levels.set(17, true);
    machine.holders.set(17, 'gpioset');
    clock.after(1_200, () => machine.holders.delete(17));
    expect(await clock.until(gpio.open())).toEqual({ ok: true });
    expect(machine.levels.get(17)).toBe(false);
  });

  test.each([
    [
      'the right is missing',
      'permission denied',
      /^gpiodetect: unable to .*Permission denied; let the agent's user into the group/,
    ],
    ['the chip is gone', 'no chip', /no GPIO chip is labelled pinctrl-bcm2835; there is none/],
    ['the tools hang', 'no answer', /does not end/],
    ['there are no tools', 'failed', /apt-get install gpiod/],
  ] as const)('says that %s, and works once that is over', async (trouble, reason, words) => {
    const { gpio, machine, clock } = start(version);
    machine.trouble = trouble;
    const opened = await clock.until(gpio.read());
    expect(opened).toMatchObject({ ok: false, reason });
    expect(!opened.ok && opened.detail).toMatch(words);
    machine.trouble = undefined;
    expect(await clock.until(gpio.read())).toMatchObject({ ok: true });
  });
});

test('a version that nobody has tried is named', async () => {
  const { gpio, clock } = start('3.0.0');
  expect(await clock.until(gpio.open())).toEqual({
    ok: false,
    reason: 'failed',
    detail: 'this version of the gpiod tools is not known: gpiodetect (libgpiod) v3.0.0',
  });
});
