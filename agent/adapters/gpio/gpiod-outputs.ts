import type { Clock } from '../../ports/clock.ts';
import type { GpioFailure, GpioOutcome } from '../../ports/gpio.ts';
import { gpioFailure, toolFailure } from './gpio-failure.ts';
import { findHolder } from './gpiod-holder.ts';
import type { GpiodSession } from './gpiod-session.ts';
import type { OutputGroup, Words } from './gpiod-syntax.ts';
import type { ToolResult, Tools } from './tools.ts';

/** The longest pulse there is, and time to end it: so long a line may be held by an agent that died. */
const HELD_BY_PULSE_MS = 3_000;
const HELD_POLL_MS = 100;
/** By what names our own pulses hold a line. */
const ourConsumers = ['gpioset', 'latchwork'];

/** The outputs of one session. No line is held between pulses. */
export interface GpiodOutputs {
  rest(): Promise<GpioOutcome>;
  /** `onBadEnd`: it began well, and then the line may not have gone back to rest. */
  pulse(output: number, pulseMs: number, onBadEnd: () => void): Promise<GpioOutcome>;
}

export function gpiodOutputs(tools: Tools, clock: Clock, session: GpiodSession): GpiodOutputs {
  const { syntax, chip, outputs } = session;
  const pulses = new Set<Promise<ToolResult>>();

  const explain = async (group: OutputGroup, result: ToolResult & { ok: false }): Promise<HeldFailure> => {
    const failure = toolFailure(result, `line ${group.offsets.join(', ')} of ${chip}`);
    if (failure.reason !== 'busy') return failure;
    const holder = await findHolder(tools, session, group.offsets);
    return holder ? { ...failure, detail: holder.detail, holder: holder.name } : failure;
  };
  const restOne = async (output: OutputGroup): Promise<GpioOutcome> => {
    const untilMs = clock.monotonicMs() + HELD_BY_PULSE_MS;
    for (;;) {
      const result = await tools.run(...split(syntax.rest(output)));
      if (result.ok) return { ok: true };
      const failure = await explain(output, result);
      const ours = failure.holder !== undefined && ourConsumers.includes(failure.holder);
      if (!ours || clock.monotonicMs() >= untilMs) return { ok: false, ...reasoned(failure) };
      await new Promise<void>((done) => clock.after(HELD_POLL_MS, done));
    }
  };
  const restAlike = async (alike: readonly OutputGroup[]): Promise<GpioOutcome> => {
    const [first] = alike;
    if (first === undefined) return { ok: true };
    const all = { ...first, offsets: alike.flatMap(({ offsets }) => offsets) };
    const result = await tools.run(...split(syntax.rest(all)));
    if (result.ok) return { ok: true };
    return firstFailure(await Promise.all(alike.map(restOne)));
  };

  return {
    rest: async () => {
      await Promise.all(pulses);
      const byLevel = [false, true].map((low) => outputs.filter(({ activeLow }) => activeLow === low));
      return firstFailure(await Promise.all(byLevel.map(restAlike)));
    },
    pulse: async (output, pulseMs, onBadEnd) => {
      const group = outputs[output];
      if (group === undefined) return gpioFailure('no such line', `there is no output ${output}`);
      const { begun, ended } = tools.launch(pulseScript(session, group, pulseMs));
      pulses.add(ended);
      void ended.then((result) => {
        pulses.delete(ended);
        if (!result.ok) onBadEnd();
      });
      const result = await begun;
      return result.ok ? { ok: true } : { ok: false, ...reasoned(await explain(group, result)) };
    },
  };
}

/** `holder`: the program that holds the line. */
type HeldFailure = GpioFailure & { holder?: string };

function reasoned({ reason, detail }: GpioFailure) {
  return { reason, detail };
}

function firstFailure(outcomes: readonly GpioOutcome[]): GpioOutcome {
  return outcomes.find((outcome) => !outcome.ok) ?? { ok: true };
}

function split([program, ...args]: Words): [string, string[]] {
  return [program, args];
}

/**
 * The tool leaves a process that holds the line for the pulse; when that let go, the line is put to rest
 * once more, since kernels made for the Raspberry Pi leave a line driven as it was.
 */
function pulseScript({ syntax }: GpiodSession, group: OutputGroup, pulseMs: number): string {
  const rest = shellWords(syntax.rest(group));
  return [
    // Nobody may be left to listen.
    "trap '' PIPE HUP",
    `${shellWords(syntax.pulse(group, pulseMs))} || exit`,
    'echo driven',
    `sleep ${(pulseMs / 1_000).toFixed(3)}`,
    `for try in 1 2 3 4 5 6 7 8 9; do ${rest} 2>/dev/null && exit; sleep 0.05; done`,
    rest,
  ].join('\n');
}

/** All words come from here or from the kernel's own chip names; one with anything else in it is a bug. */
function shellWords(words: Words): string {
  const odd = words.find((word) => !/^[\w=,.:-]+$/.test(word));
  if (odd !== undefined) throw new Error(`not a word for the shell: ${odd}`);
  return words.join(' ');
}
