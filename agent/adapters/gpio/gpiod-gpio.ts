import type { Clock } from '../../ports/clock.ts';
import type { Gpio, GpioLines, OnEdge } from '../../ports/gpio.ts';
import { gpioFailure } from './gpio-failure.ts';
import { type GpiodInputs, gpiodInputs } from './gpiod-inputs.ts';
import { type GpiodOutputs, gpiodOutputs } from './gpiod-outputs.ts';
import { findGpiodSession } from './gpiod-session.ts';
import { type Found, keptSession } from './kept-session.ts';
import type { Tools } from './tools.ts';

/** An edge between a look and the begin of following is lost, so levels are looked at anew this often. */
const LOOK_EVERY_MS = 1_000;
/** After a pulse somebody waits for its door: until then every read looks. */
const LOOK_AFTER_PULSE_MS = 3_000;

export interface GpiodOptions {
  lines: GpioLines;
  /** The chip is the first with one of these. */
  labels: readonly string[];
  clock: Clock;
  tools: Tools;
  onEdge: OnEdge;
  /** Takes its lines among those of other boards; returns in words why it may not. */
  claim?: ((lines: readonly string[]) => string | undefined) | undefined;
}

interface Open {
  means: string;
  outputs: GpiodOutputs;
  inputs: GpiodInputs;
  lookedMs: number;
}

/**
 * GPIO over the character device, by Debian's gpiod tools. A pulse is a process of its own that times
 * itself, so it ends even when the agent is killed amid it.
 */
export function gpiodGpio({ lines, labels, clock, tools, onEdge, claim }: GpiodOptions): Gpio {
  let reading: ReturnType<Gpio['read']> | undefined;
  let lookUntilMs = Number.NEGATIVE_INFINITY;

  const kept = keptSession(async (): Promise<Found<Open>> => {
    const found = await findGpiodSession(tools, lines, labels);
    if (!found.ok) return found;
    const { version, chip } = found.session;
    const groups = [...found.session.outputs, ...found.session.inputs.map(({ group }) => group)];
    const taken = claim?.(
      groups.flatMap(({ offsets }) => offsets.map((offset) => `line ${offset} of ${chip}`)),
    );
    if (taken !== undefined) return gpioFailure('busy', taken);
    const outputs = gpiodOutputs(tools, clock, found.session);
    const atRest = await outputs.rest();
    if (!atRest.ok) return atRest;
    const inputs = gpiodInputs(tools, found.session, onEdge);
    const lookedMs = Number.NEGATIVE_INFINITY;
    return { ok: true, session: { means: `gpiod ${version} on ${chip}`, outputs, inputs, lookedMs } };
  });
  const lose = async (session: Open) => {
    if (kept.lose(session)) await session.inputs.stop();
  };
  const look = async (): ReturnType<Gpio['read']> => {
    const found = await kept.get();
    if (!found.ok) return found;
    const { session } = found;
    const nowMs = clock.monotonicMs();
    const old = nowMs < lookUntilMs || nowMs >= session.lookedMs + LOOK_EVERY_MS;
    const followed = old ? undefined : session.inputs.followed();
    if (followed) return { ok: true, levels: followed };
    session.lookedMs = nowMs;
    const looked = await session.inputs.look();
    if (!looked.ok) await lose(session);
    return looked;
  };

  return {
    get means() {
      return kept.current?.means ?? 'gpiod';
    },
    open: async () => {
      const found = await kept.get();
      return found.ok ? { ok: true } : found;
    },
    pulse: async (output, pulseMs) => {
      const found = await kept.get();
      if (!found.ok) return found;
      lookUntilMs = clock.monotonicMs() + pulseMs + LOOK_AFTER_PULSE_MS;
      return found.session.outputs.pulse(output, pulseMs, () => void lose(found.session));
    },
    read: () => {
      reading ??= look().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    rest: async () => {
      const found = await kept.get();
      return found.ok ? found.session.outputs.rest() : found;
    },
    close: () =>
      kept.close(async (session) => {
        await reading;
        await session.inputs.stop();
        return session.outputs.rest();
      }),
  };
}
