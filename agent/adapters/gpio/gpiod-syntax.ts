import type { GpioBias, LineOfChip } from '../../ports/gpio.ts';

/** Lines of a chip by offset, all asked for alike. */
export interface LineGroup {
  chip: string;
  offsets: readonly number[];
  bias: GpioBias;
}

/** A group of outputs; `rest` is also what they are left at when a pulse ends. */
export interface OutputGroup extends LineGroup {
  activeLow: boolean;
}

export type Words = [program: string, ...args: string[]];

/** How one major version of libgpiod's tools is spoken to (their man pages, 1.6.3 and 2.2.1). */
export interface GpiodSyntax {
  info(chip: string): Words;
  get(group: LineGroup): Words;
  /** Puts outputs to rest and ends. */
  rest(group: OutputGroup): Words;
  /**
   * Ends once the lines are driven, and leaves a process behind that holds them for `pulseMs`, whatever
   * becomes of its parents.
   */
  pulse(group: OutputGroup, pulseMs: number): Words;
  /** Says `OFFSET EVENT` for each edge. */
  monitor(group: LineGroup): Words;
  /** What it calls a rising edge. */
  risingEvent: string;
}

const biasWords1: Record<GpioBias, string> = {
  pullUp: 'pull-up',
  pullDown: 'pull-down',
  asIs: 'as-is',
};

const version1: GpiodSyntax = {
  info: (chip) => ['gpioinfo', chip],
  get: ({ chip, offsets, bias }) => ['gpioget', `--bias=${biasWords1[bias]}`, chip, ...offsets.map(String)],
  rest: (group) => ['gpioset', ...outputs1(group), '--mode=exit', group.chip, ...values(group, 0)],
  pulse: (group, pulseMs) => [
    'gpioset',
    ...outputs1(group),
    '--background',
    '--mode=time',
    `--usec=${Math.round(pulseMs * 1_000)}`,
    group.chip,
    ...values(group, 1),
  ],
  monitor: ({ chip, offsets, bias }) => [
    'gpiomon',
    `--bias=${biasWords1[bias]}`,
    '--line-buffered',
    '--format=%o %e',
    chip,
    ...offsets.map(String),
  ],
  risingEvent: '1',
};

function outputs1({ bias, activeLow }: OutputGroup): string[] {
  return [`--bias=${biasWords1[bias]}`, ...(activeLow ? ['--active-low'] : [])];
}

/** Who holds a line, as others see it. */
const consumer = '--consumer=latchwork';

const version2: GpiodSyntax = {
  info: (chip) => ['gpioinfo', '--unquoted', `--chip=${chip}`],
  get: (group) => ['gpioget', '--numeric', ...inputs2(group), ...group.offsets.map(String)],
  // A last period of 0 ends the program; without one it would hold the lines for ever.
  rest: (group) => ['gpioset', ...outputs2(group), '--toggle=0', ...values(group, 0)],
  pulse: (group, pulseMs) => [
    'gpioset',
    ...outputs2(group),
    '--daemonize',
    `--toggle=${Math.round(pulseMs * 1_000)}us,0`,
    ...values(group, 1),
  ],
  monitor: (group) => ['gpiomon', ...inputs2(group), '--format=%o %e', ...group.offsets.map(String)],
  risingEvent: '1',
};

function inputs2({ chip, bias }: LineGroup): string[] {
  return [consumer, ...(bias === 'asIs' ? [] : [`--bias=${biasWords1[bias]}`]), `--chip=${chip}`];
}

function outputs2(group: OutputGroup): string[] {
  return [...inputs2(group), ...(group.activeLow ? ['--active-low'] : [])];
}

function values({ offsets }: LineGroup, value: 0 | 1): string[] {
  return offsets.map((offset) => `${offset}=${value}`);
}

/** From what `gpiodetect --version` says; undefined for a version that nobody has tried. */
export function gpiodSyntax(said: string): { version: string; syntax: GpiodSyntax } | undefined {
  const [, version = '', major = ''] = said.match(/v((\d+)\.\d+)/) ?? [];
  const syntax = { '1': version1, '2': version2 }[major];
  return syntax && { version, syntax };
}

/** From what `gpiodetect` says, as `gpiochip0 [pinctrl-bcm2835] (54 lines)`. */
export function parseChips(said: string): { name: string; label: string }[] {
  return [...said.matchAll(/^(gpiochip\d+) \[(.*)\] \(\d+ lines\)/gm)].map(([, name = '', label = '']) => ({
    name,
    label,
  }));
}

export interface LineInfo {
  offset: number;
  name: string;
  /** The program that holds the line. */
  consumer?: string;
}

/** From what `gpioinfo` says of one chip, in the words of either version. */
export function parseLines(said: string): LineInfo[] {
  return [...said.matchAll(/^\s+line\s+(\d+):\s+(.+)$/gm)].map(([, offset, rest = '']) => {
    const [, name = ''] = rest.match(/^"?([^"\s]+)"?/) ?? [];
    // 1.6: `"GPIO17" "gpioset" output active-high [used]`; 2.2: `GPIO17 output consumer=gpioset`.
    const [, held] = rest.match(/consumer="?([^"]+?)"?(?:\s|$)/) ?? rest.match(/^\S+\s+"([^"]+)"/) ?? [];
    return { offset: Number(offset), name, ...(held === undefined ? {} : { consumer: held }) };
  });
}

export function findLine(lines: readonly LineInfo[], wanted: LineOfChip): LineInfo | undefined {
  return lines.find(({ offset, name }) => (typeof wanted === 'number' ? offset : name) === wanted);
}
