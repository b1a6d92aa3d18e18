import type { Clock } from '../../ports/clock.ts';
import type { Gpio, GpioLines, GpioOutcome, GpioTrouble, OnEdge } from '../../ports/gpio.ts';
import { gpioFailure } from './gpio-failure.ts';

/** Lines in memory, in the hands of a test. All outputs are driven until they are put to rest. */
export interface FakeGpio extends Gpio {
  /** True for an output that drives its load. */
  readonly driven: readonly boolean[];
  /** Every output pulsed so far, in order. */
  readonly pulses: readonly { output: number; pulseMs: number }[];
  setLevel(input: number, high: boolean): void;
  /** With a reason, everything fails with it. */
  fail(reason: GpioTrouble | undefined): void;
  /** Called right after an output began or ended to drive. */
  onOutput: (output: number, driven: boolean) => void;
}

/** Inputs begin high, as switches to ground with a pull-up do while open. */
export function fakeGpio(lines: GpioLines, { clock, onEdge }: { clock: Clock; onEdge: OnEdge }): FakeGpio {
  const driven = lines.outputs.map(() => true);
  const levels = lines.inputs.map(() => true);
  const pulses: { output: number; pulseMs: number }[] = [];
  let trouble: GpioTrouble | undefined;
  let opened = false;
  let closed = false;

  const set = (output: number, on: boolean) => {
    if (driven[output] === on) return;
    driven[output] = on;
    fake.onOutput(output, on);
  };
  const failure = () => {
    const reason = closed ? 'closed' : trouble;
    return reason && gpioFailure(reason, `fake lines: ${reason}`);
  };
  const rest = async (): Promise<GpioOutcome> => {
    const failed = failure();
    if (failed) return failed;
    opened = true;
    for (const output of driven.keys()) set(output, false);
    return { ok: true };
  };
  const open = async (): Promise<GpioOutcome> => failure() ?? (opened ? { ok: true } : rest());
  const fake: FakeGpio = {
    means: 'lines in memory',
    driven,
    pulses,
    onOutput: () => {},
    open,
    rest,
    pulse: async (output, pulseMs) => {
      const outcome = await open();
      if (!outcome.ok) return outcome;
      if (driven[output] === undefined)
        return gpioFailure('no such line', `fake lines: there is no output ${output}`);
      pulses.push({ output, pulseMs });
      set(output, true);
      clock.after(pulseMs, () => set(output, false));
      return { ok: true };
    },
    read: async () => {
      const outcome = await open();
      return outcome.ok ? { ok: true, levels: [...levels] } : outcome;
    },
    setLevel: (input, high) => {
      if (levels[input] === high) return;
      levels[input] = high;
      if (!closed) onEdge(input, high);
    },
    fail: (reason) => {
      trouble = reason;
      opened = false;
    },
    close: async () => {
      const outcome = closed ? { ok: true as const } : await rest();
      closed = true;
      return outcome;
    },
  };
  return fake;
}
