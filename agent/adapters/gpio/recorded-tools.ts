import type { Clock } from '../../ports/clock.ts';
import type { FollowListener, ToolResult, Tools } from './tools.ts';

export type GpiodVersion = '1.6.3' | '2.2.1' | '3.0.0';
type Trouble = 'the right is missing' | 'the chip is gone' | 'the tools hang' | 'there are no tools';

/**
 * The gpiod tools of a machine with one chip, in memory: their answers as recorded on a Debian 12 (1.6.3)
 * and with those of Debian 13 (2.2.1), on a kernel with gpio-sim.
 */
export interface RecordedTools {
  tools: Tools;
  /** Every command line, also those inside scripts. */
  readonly asked: readonly string[];
  readonly scripts: readonly string[];
  /** By offset; true for high. */
  levels: Map<number, boolean>;
  /** Who else holds a line. */
  holders: Map<number, string>;
  trouble: Trouble | undefined;
  chipLabel: string;
  /** True while no edge is told. */
  deaf: boolean;
  setInput(line: number, high: boolean): void;
}

const LINES = 54;
const ended: ToolResult = { ok: true, stdout: '' };

export function recordedTools(version: GpiodVersion, clock: Clock): RecordedTools {
  const old = version === '1.6.3';
  const asked: string[] = [];
  const scripts: string[] = [];
  const followed = new Map<number, FollowListener>();
  const failure = (stderr: string): ToolResult => ({ ok: false, why: 'failed', stderr: `${stderr}\n` });

  const holderOf = (line: number) =>
    machine.holders.get(line) ?? (followed.has(line) ? 'gpiomon' : undefined);

  const run = (command: string): ToolResult => {
    asked.push(command);
    if (machine.trouble === 'there are no tools') return { ok: false, why: 'missing', stderr: 'ENOENT' };
    if (machine.trouble === 'the tools hang') return { ok: false, why: 'hung', stderr: '' };
    const [program = ''] = command.split(' ');
    if (command === 'gpiodetect --version')
      return { ok: true, stdout: `gpiodetect (libgpiod) v${version}\nCopyright (C)\n` };
    if (machine.trouble === 'the chip is gone') return program === 'gpiodetect' ? ended : failure('x');
    if (machine.trouble === 'the right is missing') return failure(deniedWords(old));
    if (program === 'gpiodetect')
      return { ok: true, stdout: `gpiochip0 [${machine.chipLabel}] (${LINES} lines)\n` };
    if (program === 'gpioinfo')
      return { ok: true, stdout: `gpiochip0 - ${LINES} lines:\n${infoOf(old, holderOf)}\n` };
    const words = command.split(' ').slice(1);
    const wanted = words.filter((word) => /^\d+(=[01])?$/.test(word)).map((word) => word.split('='));
    if (wanted.some(([line]) => holderOf(Number(line)) !== undefined))
      return failure(busyWords(old, program));
    if (program === 'gpioset') {
      const activeLow = words.includes('--active-low');
      for (const [line, value] of wanted) machine.levels.set(Number(line), (value === '1') !== activeLow);
      return ended;
    }
    const bits = wanted.map(([line]) => (machine.levels.get(Number(line)) ? '1' : '0'));
    return { ok: true, stdout: `${bits.join(' ')}\n` };
  };

  const machine: RecordedTools = {
    asked,
    scripts,
    levels: new Map(),
    holders: new Map(),
    trouble: undefined,
    chipLabel: 'pinctrl-bcm2835',
    deaf: false,
    setInput: (line, high) => {
      if (machine.levels.get(line) === high) return;
      machine.levels.set(line, high);
      if (!machine.deaf) followed.get(line)?.onLine(`${line} ${high ? 1 : old ? 0 : 2}`);
    },
    tools: {
      run: async (program, args) => run([program, ...args].join(' ')),
      follow: (program, args, listener) => {
        asked.push([program, ...args].join(' '));
        const lines = args.filter((word) => /^\d+$/.test(word)).map(Number);
        for (const line of lines) followed.set(line, listener);
        return {
          stop: async () => {
            for (const line of lines) followed.delete(line);
          },
        };
      },
      launch: (script) => {
        scripts.push(script);
        const [, drive = '', , sleep = '', , rest = ''] = script.split('\n');
        const driven = run(drive.replace(' || exit', ''));
        if (!driven.ok) return { begun: Promise.resolve(driven), ended: Promise.resolve(driven) };
        const pulseMs = Number(sleep.split(' ')[1]) * 1_000;
        const over = new Promise<ToolResult>((done) => clock.after(pulseMs, () => done(run(rest))));
        return { begun: Promise.resolve({ ok: true, stdout: 'driven\n' }), ended: over };
      },
    },
  };
  return machine;
}

function infoOf(old: boolean, holderOf: (line: number) => string | undefined): string {
  const lines = Array.from({ length: LINES }, (_, line) => {
    const holder = holderOf(line);
    if (!old) return `\tline ${line}:\tGPIO${line}\t\tinput${holder ? ` consumer=${holder}` : ''}`;
    const used = holder ? `"${holder}"   input  active-high [used]` : 'unused   input  active-high ';
    return `\tline  ${line}:     "GPIO${line}"    ${used}`;
  });
  return lines.join('\n');
}

function busyWords(old: boolean, program: string): string {
  const tried = program === 'gpioget' ? 'reading GPIO' : 'setting the GPIO line';
  return old
    ? `${program}: error ${tried} values: Device or resource busy`
    : `${program}: unable to request lines on chip '/dev/gpiochip0': Device or resource busy`;
}

function deniedWords(old: boolean): string {
  return old
    ? 'gpiodetect: unable to access GPIO chips: Permission denied'
    : "gpiodetect: unable to open chip '/dev/gpiochip0': Permission denied";
}
