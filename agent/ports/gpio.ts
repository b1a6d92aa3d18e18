/**
 * Lines of one GPIO chip: outputs that rest and are pulsed, inputs that are read and followed.
 *
 * Outputs and inputs count from 0, as in {@link GpioLines}. No method throws for a chip that is away, a
 * line that another program holds or rights that are missing; each failure has words for a person. After a
 * failure the next call starts anew, so a chip that comes back is found again, whatever its number is then.
 */
export interface Gpio {
  /** By which means, and on which chip, for a person: `gpiod 1.6 on gpiochip0`. */
  readonly means: string;
  /** Puts all outputs to rest, then begins to follow the inputs. `read` and `pulse` do so by themselves. */
  open(): Promise<GpioOutcome>;
  /**
   * Drives an output once, for `pulseMs`. Resolves as soon as the line is driven; it goes back to rest by
   * itself. Where the failure is `no answer`, it may or may not have been driven; otherwise nothing was.
   */
  pulse(output: number, pulseMs: number): Promise<GpioOutcome>;
  /** The level of every input as it is now, true for high. */
  read(): Promise<{ ok: true; levels: readonly boolean[] } | GpioFailure>;
  /** Puts all outputs to rest, each for itself: one that fails keeps no other from it. Waits for a pulse to end. */
  rest(): Promise<GpioOutcome>;
  /** Rests all outputs, once their pulses have ended, and follows no input any more. */
  close(): Promise<GpioOutcome>;
}

export interface GpioLines {
  outputs: readonly GpioOutput[];
  inputs: readonly GpioInput[];
}

export interface GpioOutput {
  line: LineOfChip;
  /** True where the load is driven by a low level; the line then rests high. */
  activeLow: boolean;
}

export interface GpioInput {
  line: LineOfChip;
  bias: GpioBias;
}

/** A line's offset on its chip, or its name, as `GPIO17`. */
export type LineOfChip = number | string;

/** Which of the chip's own resistors is switched on; `asIs` leaves it to the system. */
export type GpioBias = 'pullUp' | 'pullDown' | 'asIs';

/** An input has changed, by its number and to this level: a hint, since edges may be lost. */
export type OnEdge = (input: number, high: boolean) => void;

export type GpioOutcome = { ok: true } | GpioFailure;

export interface GpioFailure {
  ok: false;
  reason: GpioTrouble;
  detail: string;
}

/** `no answer`: a tool hangs. `failed`: anything that has no name here. */
export type GpioTrouble =
  | 'no chip'
  | 'no such line'
  | 'busy'
  | 'permission denied'
  | 'no answer'
  | 'failed'
  | 'closed';
