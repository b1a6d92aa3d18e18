import type { Clock } from '../../ports/clock.ts';
import type { Gpio, GpioFailure, GpioInput, GpioLines, GpioOutcome, OnEdge } from '../../ports/gpio.ts';
import type { BoardReading, BoardTrouble, LockBoard, PulseOutcome } from '../../ports/lock-board.ts';
import type { LineClaims } from '../gpio/line-claims.ts';
import { openGpio } from '../gpio/open-gpio.ts';
import type { GpioEntry } from './gpio-entry.ts';

/** Contacts bounce for some milliseconds: a level counts once it was the same twice, this far apart. */
const DEBOUNCE_MS = 30;
/** As many as one supply lets wait. */
const PULSES_WAITING_MAX = 64;

type Wiring = Pick<GpioEntry, 'name' | 'channels' | 'inputs'>;
export type MakeGpio = (lines: GpioLines, onEdge: OnEdge) => Gpio;

/** The board of an entry in the cabinet file, on this machine's lines. */
export function openGpioBoard(entry: GpioEntry, clock: Clock, claims: LineClaims): LockBoard {
  const { driver, chip, name } = entry;
  const claim = (lines: readonly string[]) => {
    const taken = claims.claim(name, lines);
    return taken && `${taken.line} belongs to board ${taken.owner} already`;
  };
  return gpioBoard(entry, clock, (lines, onEdge) => openGpio({ driver, chip, lines, clock, onEdge, claim }));
}

/** Puts the outputs of an entry to rest from outside the agent, such as after it was killed. */
export async function restGpioBoard(
  { driver, chip, ...wiring }: GpioEntry,
  clock: Clock,
): Promise<GpioOutcome> {
  // An input that somebody holds must not keep an output driven.
  const lines = { ...gpioLines(wiring), inputs: [] };
  const gpio = openGpio({ driver, chip, lines, clock, onEdge: () => {} });
  const opened = await gpio.open();
  const closed = await gpio.close();
  return opened.ok ? closed : opened;
}

/**
 * Locks and switches on GPIO lines. Pulses begin one after another, in the order asked. All outputs rest
 * before the first reading and at `close`.
 */
export function gpioBoard(wiring: Wiring, clock: Clock, makeGpio: MakeGpio): LockBoard {
  const { name, channels, inputs } = wiring;
  const edges: number[] = [];
  const gpio = makeGpio(gpioLines(wiring), (input) => {
    edges[input] = (edges[input] ?? 0) + 1;
  });
  let believed: (boolean | undefined)[] = [];
  let lastBegun: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closing: Promise<void> | undefined;

  const failed = ({ reason, detail }: GpioFailure) => {
    const known: BoardTrouble = reason === 'closed' || reason === 'no answer' ? reason : 'line lost';
    return { ok: false, reason: known, detail: `${name}: ${detail}` } as const;
  };
  const settle = async (): Promise<GpioFailure | undefined> => {
    const first = await gpio.read();
    if (!first.ok) return first;
    if (first.levels.every((level, at) => level === believed[at])) return undefined;
    const edgesBefore = [...edges];
    await new Promise<void>((done) => clock.after(DEBOUNCE_MS, done));
    const second = await gpio.read();
    if (!second.ok) return second;
    believed = second.levels.map((level, at) => {
      const steady = level === first.levels[at] && edges[at] === edgesBefore[at];
      return steady ? level : believed[at];
    });
    return undefined;
  };
  const read = async (): Promise<BoardReading> => {
    const trouble = await settle();
    if (trouble) {
      believed = [];
      return failed(trouble);
    }
    const levels = [...believed];
    const doors = channels.map(({ feedback }) => {
      const level = feedback && levels.shift();
      if (feedback === undefined || level === undefined) return 'unknown';
      return level === (feedback.closed === 'high') ? 'closed' : 'open';
    });
    const others = inputs.map(({ on }) => {
      const level = levels.shift();
      if (level === undefined) return 'unknown';
      return level === (on === 'high') ? 'on' : 'off';
    });
    return { ok: true, doors, inputs: others, noise: 0 };
  };
  const drive = async (channel: number, pulseMs: number): Promise<PulseOutcome> => {
    const outcome = await gpio.pulse(channel - 1, pulseMs);
    if (outcome.ok) return { ok: true, acknowledged: true };
    return outcome.reason === 'no answer' ? { ok: true, acknowledged: false } : failed(outcome);
  };

  return {
    name,
    channels: channels.length,
    inputs: inputs.length,
    blind: channels.every(({ feedback }) => feedback === undefined),
    read,
    pulse: (channel, pulseMs) => {
      if (!Number.isInteger(channel) || channel < 1 || channel > channels.length) {
        const detail = `${name} has channels 1 to ${channels.length}, not ${channel}`;
        return Promise.resolve({ ok: false, reason: 'no such channel', detail });
      }
      if (waiting >= PULSES_WAITING_MAX) {
        const detail = `${name}: ${waiting} pulses wait already`;
        return Promise.resolve({ ok: false, reason: 'queue full', detail });
      }
      waiting += 1;
      const begun = lastBegun.then(() => drive(channel, pulseMs));
      lastBegun = begun.finally(() => {
        waiting -= 1;
      });
      return begun;
    },
    close: () => {
      closing ??= gpio.close().then(() => undefined);
      return closing;
    },
  };
}

/** Inputs of the board: first the feedback of each channel that has one, then the others. */
function gpioLines({ channels, inputs }: Wiring): GpioLines {
  const feedbacks = channels.flatMap(({ feedback }) => feedback ?? []);
  return {
    outputs: channels.map(({ output, activeLow }) => ({ line: output, activeLow })),
    inputs: [...feedbacks, ...inputs].map(({ line, bias }): GpioInput => ({ line, bias })),
  };
}
