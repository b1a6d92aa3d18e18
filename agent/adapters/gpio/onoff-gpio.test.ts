import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contractLines, gpioContract } from '../../contracts/gpio.contract.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { onoffGpio, type SysfsLine } from './onoff-gpio.ts';
import { recordedTools } from './recorded-tools.ts';
import { findSysfsChip } from './sysfs-chip.ts';
import type { ToolResult } from './tools.ts';

const labels = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];
/** Where the chip's lines begin on a Raspberry Pi 5 with Debian 12. */
const BASE = 571;

let root: string;
beforeEach(() => {
  root = makeRoot();
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder laid out like /sys/class/gpio, with two chips in it. */
function makeRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lw-sysfs-'));
  for (const [chip, label, base] of [
    ['gpiochip512', 'gpio-brcmstb@107d508500', 512],
    [`gpiochip${BASE}`, 'pinctrl-rp1', BASE],
  ]) {
    const device = join(folder, `device-of-${chip}`);
    mkdirSync(device);
    writeFileSync(join(device, 'label'), `${label}\n`);
    writeFileSync(join(device, 'base'), `${base}\n`);
    writeFileSync(join(device, 'ngpio'), '54\n');
    symlinkSync(device, join(folder, `${chip}`));
  }
  return folder;
}

/** Lines as onoff gives them, over plain files; a folder stands for an exported line. */
function start(folder = root) {
  const clock = manualClock();
  const watchers = new Map<number, (error: null, value: 0 | 1) => void>();
  const options = new Map<number, string>();
  const busy = new Set<number>();
  const scripts: string[] = [];
  const valuePath = (number: number) => join(folder, `gpio${number}`, 'value');
  const setLevel = (number: number, high: boolean) => {
    mkdirSync(join(folder, `gpio${number}`), { recursive: true });
    const was = existsSync(valuePath(number)) && readFileSync(valuePath(number), 'utf8') === '1';
    writeFileSync(valuePath(number), high ? '1' : '0');
    if (was !== high) watchers.get(number)?.(null, high ? 1 : 0);
  };
  const openLine = (number: number, direction: string, { activeLow = false }): SysfsLine => {
    if (busy.has(number)) throw Object.assign(new Error('EBUSY: resource busy, write'), { code: 'EBUSY' });
    options.set(number, `${direction}${activeLow ? ', active low' : ''}`);
    // The value of an active-low line is 1 while its pin is low, as in sysfs.
    if (direction !== 'in') setLevel(number, (direction === 'high') !== activeLow);
    return {
      readSync: () => (readFileSync(valuePath(number), 'utf8') === '1' ? 1 : 0),
      writeSync: (value) => writeFileSync(valuePath(number), `${value}`),
      direction: () => (direction === 'in' ? 'in' : 'out'),
      watch: (callback) => void watchers.set(number, callback),
      unwatchAll: () => void watchers.delete(number),
      unexport: () => void watchers.delete(number),
    };
  };
  const begun: ToolResult = { ok: true, stdout: 'ready\n' };
  const machine = recordedTools('1.6.3', clock);
  const tools = {
    ...machine.tools,
    launch: (script: string) => {
      scripts.push(script);
      return { begun: Promise.resolve(begun), ended: Promise.resolve(begun) };
    },
  };
  const make = (onEdge = (_input: number, _high: boolean) => {}, lines = contractLines) =>
    onoffGpio({ lines, labels, clock, tools, onEdge, root: folder, openLine });
  return { clock, make, setLevel, options, busy, scripts, machine, valuePath };
}

gpioContract('sysfs, by a folder laid out like it', async () => {
  const folder = makeRoot();
  const { clock, make, setLevel, valuePath } = start(folder);
  const numbers = [17, 18, 22].map((line) => BASE + line);
  for (const number of numbers) setLevel(number, true);
  for (const input of [24, 25]) setLevel(BASE + input, false);
  return {
    make,
    driven: (output) => readFileSync(valuePath(numbers[output] ?? 0), 'utf8') === '1',
    setLevel: (input, high) => setLevel(BASE + 24 + input, high),
    clock,
    until: clock.until,
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

describe('sysfs', () => {
  test('finds the first number of a chip by its label', () => {
    expect(findSysfsChip(labels, root)).toEqual({
      ok: true,
      chip: { name: `gpiochip${BASE}`, base: BASE, lines: 54 },
    });
    expect(findSysfsChip(['pinctrl-bcm2711'], root)).toMatchObject({
      reason: 'no chip',
      detail: 'no GPIO chip is labelled pinctrl-bcm2711; there is gpio-brcmstb@107d508500, pinctrl-rp1',
    });
    expect(findSysfsChip(labels, join(root, 'none'))).toMatchObject({ reason: 'no chip' });
  });

  test('opens each output at the level at which it rests', async () => {
    const { clock, make, options, setLevel } = start();
    for (const input of [24, 25]) setLevel(BASE + input, false);
    expect(await clock.until(make().open())).toEqual({ ok: true });
    expect(Object.fromEntries(options)).toEqual({
      [BASE + 17]: 'low',
      [BASE + 18]: 'low',
      [BASE + 22]: 'high, active low',
      [BASE + 24]: 'in',
      [BASE + 25]: 'in',
    });
  });

  test('has a keeper for each pulse, which rests the line a moment after it', async () => {
    const { clock, make, scripts, valuePath } = start();
    const gpio = make(undefined, { outputs: [{ line: 17, activeLow: false }], inputs: [] });
    expect(await clock.until(gpio.pulse(0, 450))).toEqual({ ok: true });
    expect(scripts.map((script) => script.split('\n'))).toEqual([
      [
        "trap '' PIPE HUP",
        'echo ready',
        'sleep 0.500',
        `{ echo 0 > ${valuePath(BASE + 17)}; } 2>/dev/null`,
        'exit 0',
      ],
    ]);
  });

  test('names who holds a line, by the tools of the character device', async () => {
    const { clock, make, busy, machine } = start();
    busy.add(BASE + 18);
    const gpio = make();
    expect(await clock.until(gpio.open())).toMatchObject({
      reason: 'busy',
      detail: expect.stringContaining('held by another program'),
    });
    machine.holders.set(18, 'led-blinker');
    machine.chipLabel = 'pinctrl-rp1';
    expect(await clock.until(gpio.open())).toMatchObject({
      reason: 'busy',
      detail: expect.stringContaining('GPIO18 (line 18 of gpiochip0) is held by led-blinker'),
    });
    busy.clear();
    expect(await clock.until(gpio.open())).toEqual({ ok: true });
  });

  test('knows lines by number, and those called GPIO and a number', async () => {
    for (const line of ['SPEAKER', 54, 'GPIO99']) {
      const { clock, make } = start();
      const opened = await clock.until(
        make(undefined, { outputs: [{ line, activeLow: false }], inputs: [] }).open(),
      );
      expect(opened).toMatchObject({ reason: 'no such line' });
      expect(JSON.stringify(opened)).toContain(`not ${line}`);
    }
  });
});
