import type { Gpio as OnoffLine, Options } from 'onoff';
import type { Clock } from '../../ports/clock.ts';
import type { Gpio, GpioFailure, GpioLines, GpioOutcome, LineOfChip, OnEdge } from '../../ports/gpio.ts';
import { fileFailure, gpioFailure } from './gpio-failure.ts';
import { findHolder } from './gpiod-holder.ts';
import { findGpiodSession } from './gpiod-session.ts';
import { type Found, keptSession } from './kept-session.ts';
import { findSysfsChip, SYSFS_GPIO } from './sysfs-chip.ts';
import type { Tools } from './tools.ts';

/** The keeper comes after the pulse's own end, so that it only matters where that did not come. */
const KEEPER_LATE_MS = 50;

/** What this file uses of an onoff line. */
export type SysfsLine = Pick<
  OnoffLine,
  'readSync' | 'writeSync' | 'direction' | 'watch' | 'unwatchAll' | 'unexport'
>;
export type OpenSysfsLine = (
  number: number,
  direction: 'in' | 'low' | 'high',
  options: Options,
) => SysfsLine | Promise<SysfsLine>;

export interface OnoffOptions {
  lines: GpioLines;
  labels: readonly string[];
  clock: Clock;
  tools: Tools;
  onEdge: OnEdge;
  /** For tests: a folder laid out like /sys/class/gpio, and what opens a line in it. */
  root?: string;
  openLine?: OpenSysfsLine;
}

interface Open {
  means: string;
  outputs: { line: SysfsLine; valuePath: string }[];
  inputs: SysfsLine[];
}

/**
 * GPIO through sysfs, for kernels and machines without the character device or its tools. A line driven
 * here stays driven when its program is killed, so each pulse has a keeper: a shell that puts the line
 * to rest a moment after the pulse's end, whatever became of the agent.
 */
export function onoffGpio(options: OnoffOptions): Gpio {
  const { clock, tools, root = SYSFS_GPIO } = options;
  const pulses = new Set<Promise<void>>();
  const kept = keptSession(() => openLines(options));

  const lose = (lost: Open, error: unknown): GpioFailure => {
    if (kept.lose(lost)) letGoOf(lost);
    return fileFailure(error, lost.means);
  };
  const write = (session: Open, output: number, value: 0 | 1): GpioOutcome => {
    try {
      session.outputs[output]?.line.writeSync(value);
      return { ok: true };
    } catch (error) {
      return lose(session, error);
    }
  };
  const pulse = async (session: Open, output: number, pulseMs: number): Promise<GpioOutcome> => {
    const path = session.outputs[output]?.valuePath;
    if (path === undefined) return gpioFailure('no such line', `there is no output ${output}`);
    const keeper = tools.launch(keeperScript(path, pulseMs + KEEPER_LATE_MS));
    const ready = await keeper.begun;
    if (!ready.ok) return gpioFailure('failed', `no keeper for a pulse could be started: ${ready.stderr}`);
    if (kept.current !== session) return gpioFailure('no chip', `${root}: the lines were lost`);
    const driven = write(session, output, 1);
    if (!driven.ok) return driven;
    const over = new Promise<void>((done) => clock.after(pulseMs, done)).then(() => {
      pulses.delete(over);
      if (kept.current === session) write(session, output, 0);
    });
    pulses.add(over);
    return driven;
  };
  const rest = async (session: Open): Promise<GpioOutcome> => {
    await Promise.all(pulses);
    const outcomes = session.outputs.map((_, output) => write(session, output, 0));
    return outcomes.find((outcome) => !outcome.ok) ?? { ok: true };
  };
  const withSession = async <T>(act: (session: Open) => T): Promise<T | GpioFailure> => {
    const found = await kept.get();
    return found.ok ? act(found.session) : found;
  };

  return {
    get means() {
      return kept.current?.means ?? 'sysfs';
    },
    open: () => withSession(() => ({ ok: true }) as const),
    pulse: async (output, pulseMs) => withSession((session) => pulse(session, output, pulseMs)),
    read: () =>
      withSession((session) => {
        try {
          return { ok: true, levels: session.inputs.map((input) => input.readSync() === 1) } as const;
        } catch (error) {
          return lose(session, error);
        }
      }),
    rest: async () => withSession(rest),
    close: () =>
      kept.close(async (session) => {
        // The outputs stay exported, which holds them at rest until the next start.
        const outcome = await rest(session);
        letGoOf({ ...session, outputs: [] });
        return outcome;
      }),
  };
}

/** Every output is at rest before the first input is touched; on failure all that were opened are let go. */
async function openLines(options: OnoffOptions): Promise<Found<Open>> {
  const { lines, labels, root = SYSFS_GPIO, openLine = openOnoffLine, onEdge } = options;
  const found = findSysfsChip(labels, root);
  if (!found.ok) return found;
  const { chip } = found;
  const session: Open = { means: `sysfs on ${chip.name}`, outputs: [], inputs: [] };
  const numberOf = (line: LineOfChip) => chip.base + (offsetOf(line) ?? Number.NaN);
  const troubles: GpioFailure[] = [];
  const attempt = async (line: LineOfChip, open: (number: number) => Promise<void>) => {
    const offset = offsetOf(line);
    if (offset === undefined || offset >= chip.lines) {
      const detail = `${chip.name} has lines 0 to ${chip.lines - 1}, in sysfs also called GPIO0 and so on, not ${line}`;
      troubles.push(gpioFailure('no such line', detail));
      return;
    }
    await open(numberOf(line)).catch((error: unknown) =>
      troubles.push(fileFailure(error, `${line} (line ${offset} of ${chip.name})`)),
    );
  };

  for (const { line, activeLow } of lines.outputs) {
    await attempt(line, async (number) => {
      // sysfs takes `low` and `high` for the level of the pin itself, whatever is active.
      const opened = await openLine(number, activeLow ? 'high' : 'low', { activeLow });
      session.outputs.push({ line: opened, valuePath: `${root}/gpio${number}/value` });
      if (opened.direction() !== 'out')
        throw new Error('it is exported already and cannot be made an output');
    });
  }
  for (const { line } of troubles.length === 0 ? lines.inputs : []) {
    await attempt(line, async (number) => {
      session.inputs.push(await openLine(number, 'in', { activeLow: false }));
    });
  }
  const [trouble] = troubles;
  if (trouble) {
    letGoOf(session);
    return trouble.reason === 'busy' ? nameHolder(trouble, options) : trouble;
  }
  for (const [at, input] of session.inputs.entries()) {
    input.watch((error, value) => error || onEdge(at, value === 1));
  }
  return { ok: true, session };
}

/** sysfs does not say who holds a line; the tools of the character device do, where there are any. */
async function nameHolder(
  trouble: GpioFailure,
  { tools, labels, lines }: OnoffOptions,
): Promise<GpioFailure> {
  const found = await findGpiodSession(tools, { outputs: [], inputs: [] }, labels);
  if (!found.ok) return trouble;
  const offsets = [...lines.outputs, ...lines.inputs].map(({ line }) => offsetOf(line) ?? -1);
  const holder = await findHolder(tools, found.session, offsets);
  return holder ? { ...trouble, detail: holder.detail } : trouble;
}

function letGoOf({ outputs, inputs }: Open): void {
  for (const line of [...outputs.map(({ line }) => line), ...inputs]) {
    try {
      line.unexport();
    } catch {
      // The chip is gone, and its lines with it.
    }
  }
}

/** sysfs knows no names; on a Raspberry Pi `GPIO17` is line 17. */
function offsetOf(line: LineOfChip): number | undefined {
  if (typeof line === 'number') return line;
  const [, digits] = line.match(/^GPIO(\d{1,3})$/) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Its native part is compiled at install, which not every machine can: it is loaded where it is used. */
async function openOnoffLine(
  number: number,
  direction: 'in' | 'low' | 'high',
  options: Options,
): Promise<SysfsLine> {
  const { Gpio: Line } = await import('onoff').catch((cause: unknown) => {
    const hint =
      'the package onoff is not installed: install a compiler and pnpm install again, or gpiod instead';
    throw new Error(hint, { cause });
  });
  return new Line(number, direction, direction === 'in' ? 'both' : 'none', options);
}

function keeperScript(valuePath: string, afterMs: number): string {
  if (!/^[\w/.-]+$/.test(valuePath)) throw new Error(`not a path for the shell: ${valuePath}`);
  return [
    "trap '' PIPE HUP",
    'echo ready',
    `sleep ${(afterMs / 1_000).toFixed(3)}`,
    `{ echo 0 > ${valuePath}; } 2>/dev/null`,
    'exit 0',
  ].join('\n');
}
