import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { contractLines, gpioContract } from '../../contracts/gpio.contract.ts';
import { type LockBoardHarness, lockBoardContract } from '../../contracts/lock-board.contract.ts';
import type { GpioLines } from '../../ports/gpio.ts';
import { realClock } from '../clock/real-clock.ts';
import { gpioBoard } from '../lock-board/gpio-board.ts';
import { GpioEntry } from '../lock-board/gpio-entry.ts';
import { agentChild, cabinetLow, type Pin } from './agent-child.ts';
import { gpiodSyntax } from './gpiod-syntax.ts';
import { openGpio } from './open-gpio.ts';
import { findSysfsChip, SYSFS_GPIO } from './sysfs-chip.ts';
import { type SimulatedChip, simulatedChip } from './testing.ts';
import { realTools } from './tools.ts';

/* Both kinds of GPIO on a real kernel, for `npm run gpio`. */

/** Tools of another version beside the machine's own, where a person has them. */
const otherTools = process.env.LATCHWORK_GPIOD_TOOLS;
const kinds = [
  { kind: 'sysfs', driver: 'onoff', path: process.env.PATH ?? '' },
  { kind: 'gpiod', driver: 'gpiod', path: process.env.PATH ?? '' },
  ...(otherTools
    ? [
        {
          kind: `gpiod of ${otherTools}`,
          driver: 'gpiod',
          path: `${otherTools}:${process.env.PATH}`,
        } as const,
      ]
    : []),
] as const;

const clock = realClock();
const label = 'pinctrl-bcm2835';
const PULSE_MS = 1_500;
/** By how much a pulse may be late on an emulated machine. */
const LATE_MS = 2_500;
const out17: GpioLines = { outputs: [{ line: 'GPIO17', activeLow: false }], inputs: [] };

let decoy: SimulatedChip;
let chip: SimulatedChip;
const children = new Set<ChildProcess>();
beforeAll(() => {
  // First, so that the chip under test begins at another number than 0.
  decoy = simulatedChip('decoy', 32);
  chip = simulatedChip(label);
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  children.clear();
  unexportAll();
});
afterAll(() => {
  chip.remove();
  decoy.remove();
});

for (const kind of kinds) {
  const { driver, path } = kind;
  const pin = { driver, path, label };
  const make = (lines: GpioLines, onEdge = (_input: number, _high: boolean) => {}) =>
    openGpio({ driver, chip: label, lines, clock, onEdge, tools: realTools(clock, path) });

  gpioContract(kind.kind, async () => {
    // A simulated line has no bias beside the level that it is pulled to from outside.
    const inputs = contractLines.inputs.map((input) => ({ ...input, bias: 'asIs' as const }));
    const lines = [17, 18, 22];
    // As an agent that was killed would leave them: all driven.
    for (const line of lines) chip.pull(line, line !== 22);
    if (driver === 'onoff') for (const line of [17, 18]) exported(line, 'high');
    return {
      make: (onEdge) => make({ outputs: contractLines.outputs, inputs }, onEdge),
      driven: (output) => chip.isHigh(lines[output] ?? 0) === (output !== 2),
      setLevel: (input, high) => chip.pull(24 + input, high),
      clock,
      until: (promise) => promise,
      dispose: async () => unexportAll(),
    };
  });

  const doorsOnPins = async (): Promise<LockBoardHarness> => {
    const doors = simulatedDoors();
    const board = gpioBoard(doors.entry, clock, make);
    return {
      board,
      acknowledges: true,
      driven: doors.driven,
      pushShut: (channel) => doors.setOpen(channel, false),
      unplug: (on) => doors.unplug(on),
      setInput: (input, on) => doors.setInput(input, on),
      clock,
      until: (promise) => promise,
      dispose: async () => {
        await board.close();
        doors.stop();
        unexportAll();
      },
    };
  };
  lockBoardContract(kind.kind, doorsOnPins, { without: ['silence', 'makeNoise'] });

  describe(`GPIO on this kernel: ${kind.kind}`, () => {
    test('drives its own chip and no other, whatever their numbers are', async () => {
      const gpio = make(out17);
      expect(await gpio.pulse(0, 500)).toEqual({ ok: true });
      expect([chip.isHigh(17), decoy.isHigh(17)]).toEqual([true, false]);
      expect(await gpio.close()).toEqual({ ok: true });
      expect(chip.isHigh(17)).toBe(false);
    });

    test('names a line that there is not', async () => {
      for (const line of ['GPIO99', 54, 'SPEAKER']) {
        const gpio = make({ outputs: [{ line, activeLow: false }], inputs: [] });
        const opened = await gpio.open();
        expect(opened).toMatchObject({ ok: false, reason: 'no such line' });
        expect(JSON.stringify(opened)).toContain(String(line));
        await gpio.close();
      }
    });

    test('names the program that holds a line', async ({ annotate }) => {
      await hold(17);
      const gpio = make(out17);
      const opened = await gpio.open();
      expect(opened).toMatchObject({ ok: false, reason: 'busy' });
      expect(JSON.stringify(opened)).toMatch(/GPIO17.* is held by (gpiomon|latchwork)/);
      await annotate(JSON.stringify(opened));
      await gpio.close();
    });

    test('says that a right is missing', async ({ annotate }) => {
      const { lines } = startAgent(pin, 65_534);
      const [opened] = await lines(1);
      expect(opened).toMatchObject({ ok: false, reason: 'permission denied' });
      await annotate(JSON.stringify(opened));
    });

    test('ends a pulse though the agent is killed amid it', async ({ annotate }) => {
      const { lines, child } = startAgent(pin);
      expect(await lines(2)).toEqual([{ ok: true }, { ok: true }]);
      const drivenMs = clock.monotonicMs();
      expect(chip.isHigh(17)).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const lowMs = await lowAfter(drivenMs);
      await annotate(`killed amid a pulse of ${PULSE_MS} ms: low ${lowMs} ms after it was told to be driven`);
      expect(lowMs).toBeLessThan(PULSE_MS + LATE_MS);
    });

    test('is put low by agent cabinet low, when all that watched a pulse was killed', async ({
      annotate,
    }) => {
      const { lines, killAll } = startAgent(pin);
      expect(await lines(2)).toEqual([{ ok: true }, { ok: true }]);
      const drivenMs = clock.monotonicMs();
      await killAll();
      const lowMs = await lowAfter(drivenMs);
      await annotate(`everything killed: ${lowMs === undefined ? 'stays high' : `low after ${lowMs} ms`}`);
      expect(lowMs === undefined).toBe(driver === 'onoff');
      expect(await cabinetLow(pin)).toMatchObject({ status: 0, said: { low: ['pins'] } });
      expect(chip.isHigh(17)).toBe(false);
    });
  });
}

test('sysfs takes a line that was exported already, as an output or as an input', async () => {
  exported(17, 'high');
  exported(18, 'in');
  const lines = { outputs: [17, 18].map((line) => ({ line, activeLow: false })), inputs: [] };
  const gpio = openGpio({ driver: 'onoff', chip: label, lines, clock, onEdge: () => {} });
  expect(await gpio.open()).toEqual({ ok: true });
  expect(chip.isHigh(17)).toBe(false);
  expect(await gpio.pulse(1, 300)).toEqual({ ok: true });
  expect(chip.isHigh(18)).toBe(true);
  await gpio.close();
});

test('gpiod says when sysfs holds its line', async () => {
  exported(17, 'low');
  const gpio = openGpio({ driver: 'gpiod', chip: label, lines: out17, clock, onEdge: () => {} });
  expect(await gpio.open()).toMatchObject({ ok: false, reason: 'busy' });
  expect(JSON.stringify(await gpio.open())).toContain('held by sysfs');
  await gpio.close();
});

/** Doors whose switches follow the outputs: a closed door pulls its feedback low. */
function simulatedDoors() {
  const outputs = [17, 18, 22, 23];
  const feedbacks = [5, 6, 13, 19];
  const entry = GpioEntry.parse({
    name: 'pins',
    profile: 'gpio',
    channels: outputs.map((output, at) => ({ output, feedback: { line: feedbacks[at], bias: 'asIs' } })),
    inputs: [
      { line: 20, bias: 'asIs' },
      { line: 21, on: 'high', bias: 'asIs' },
    ],
  });
  const driven: number[] = [];
  const was = outputs.map(() => false);
  const setOpen = (channel: number, open: boolean) => chip.pull(feedbacks[channel - 1] ?? 0, open);
  const setInput = (input: number, on: boolean) => chip.pull(19 + input, on === (input === 2));
  const settle = () => {
    for (const line of outputs) chip.pull(line, false);
    for (const at of outputs.keys()) setOpen(at + 1, false);
    for (const input of [1, 2]) setInput(input, false);
  };
  settle();
  const look = () => {
    for (const [at, line] of outputs.entries()) {
      const high = chip.isHigh(line);
      if (high && !was[at]) {
        driven.push(at + 1);
        setOpen(at + 1, true);
      }
      was[at] = high;
    }
  };
  const watch = setInterval(look, 2);
  return {
    entry,
    /** As of now, not of the last look. */
    driven: () => {
      look();
      return driven;
    },
    setOpen,
    setInput,
    unplug: (on: boolean) => {
      chip.plug(!on);
      if (!on) settle();
    },
    stop: () => clearInterval(watch),
  };
}

function startAgent(pin: Pin, uid?: number) {
  const started = agentChild(pin, { pulseMs: PULSE_MS, uid });
  children.add(started.child);
  return started;
}

/** Milliseconds since `sinceMs` when GPIO17 went low; undefined where it is high long after its pulse. */
async function lowAfter(sinceMs: number): Promise<number | undefined> {
  while (clock.monotonicMs() < sinceMs + PULSE_MS + LATE_MS) {
    if (!chip.isHigh(17)) return Math.round(clock.monotonicMs() - sinceMs);
    await pause(5);
  }
  return undefined;
}

/** Another program takes a line; resolves once it has it. */
async function hold(line: number): Promise<void> {
  const tools = realTools(clock);
  const version = await tools.run('gpiodetect', ['--version']);
  const { syntax } = gpiodSyntax(version.ok ? version.stdout : '') ?? {};
  const found = await tools.run('gpiodetect', []);
  const name = (found.ok ? found.stdout : '').match(new RegExp(`(\\w+) \\[${label}\\]`))?.[1] ?? '';
  const [program = '', ...args] = syntax?.monitor({ chip: name, offsets: [line], bias: 'asIs' }) ?? [];
  children.add(spawn(program, args, { stdio: 'ignore' }));
  const probe = syntax?.get({ chip: name, offsets: [line], bias: 'asIs' }) ?? ['false'];
  for (let tries = 0; tries < 100; tries++) {
    const [get = '', ...words] = probe;
    if (!(await tools.run(get, words)).ok) return;
    await pause(50);
  }
  throw new Error('nobody took the line');
}

function numberOf(line: number): number {
  const found = findSysfsChip([label]);
  if (!found.ok) throw new Error(found.detail);
  return found.chip.base + line;
}

function exported(line: number, direction: 'in' | 'low' | 'high'): void {
  const number = numberOf(line);
  writeFileSync(join(SYSFS_GPIO, 'export'), `${number}`);
  writeFileSync(join(SYSFS_GPIO, `gpio${number}`, 'direction'), direction);
}

function unexportAll(): void {
  for (let line = 0; line < 54; line++) {
    const number = numberOf(line);
    if (existsSync(join(SYSFS_GPIO, `gpio${number}`)))
      writeFileSync(join(SYSFS_GPIO, 'unexport'), `${number}`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
