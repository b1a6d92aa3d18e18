import type {
  BoardReading,
  BoardTrouble,
  DoorPosition,
  InputLevel,
  LockBoard,
  PulseOutcome,
} from '../../ports/lock-board.ts';

/** A board in memory with its doors, in the hands of a test. Answers in a later promise job, without delay. */
export interface FakeBoard extends LockBoard {
  /** Every coil driven so far, in order. */
  readonly pulses: readonly { channel: number; pulseMs: number }[];
  /** Puts a door where it shall be, as a hand would; `unknown` stands for a switch that is not wired. */
  setDoor(channel: number, position: DoorPosition): void;
  position(channel: number): DoorPosition;
  setInput(input: number, level: InputLevel): void;
  /** Bytes of noise in every reading from now on. */
  noise: number;
  /** A jammed door stays as it is when its coil is driven. */
  jam(channel: number, on: boolean): void;
  /** Called right after a coil was driven and its door sprang open, or not. */
  onPulse: (channel: number) => void;
  /** With a reason, reads and pulses fail with it; a board that merely does not answer takes a pulse and says nothing. */
  fail(reason: BoardTrouble | undefined): void;
  /** False for a board that never acknowledges a pulse. */
  acknowledges: boolean;
}

export function fakeBoard({
  name = 'fake',
  channels = 16,
  inputs = 0,
}: {
  name?: string;
  channels?: number;
  inputs?: number;
} = {}): FakeBoard {
  const doors: DoorPosition[] = Array(channels).fill('closed');
  const levels: InputLevel[] = Array(inputs).fill('off');
  const jammed = new Set<number>();
  const pulses: { channel: number; pulseMs: number }[] = [];
  let trouble: BoardTrouble | undefined;
  let closed = false;

  const failure = (reason: BoardTrouble) => ({ ok: false, reason, detail: `${name}: ${reason}` }) as const;
  const drive = (channel: number, pulseMs: number): PulseOutcome => {
    if (closed) return failure('closed');
    if (!Number.isInteger(channel) || channel < 1 || channel > channels) {
      return { ok: false, reason: 'no such channel', detail: `${name} has no channel ${channel}` };
    }
    if (trouble === 'no answer' || trouble === 'garbage') return { ok: true, acknowledged: false };
    if (trouble !== undefined) return failure(trouble);
    pulses.push({ channel, pulseMs });
    if (!jammed.has(channel) && doors[channel - 1] === 'closed') doors[channel - 1] = 'open';
    board.onPulse(channel);
    return { ok: true, acknowledged: board.acknowledges };
  };
  const look = (): BoardReading => {
    if (closed) return failure('closed');
    if (trouble !== undefined) return failure(trouble);
    return { ok: true, doors: [...doors], inputs: [...levels], noise: board.noise };
  };

  const board: FakeBoard = {
    name,
    channels,
    inputs,
    noise: 0,
    blind: false,
    pulses,
    acknowledges: true,
    onPulse: () => {},
    read: async () => look(),
    pulse: async (channel, pulseMs) => drive(channel, pulseMs),
    setDoor: (channel, position) => {
      doors[channel - 1] = position;
    },
    setInput: (input, level) => {
      levels[input - 1] = level;
    },
    position: (channel) => doors[channel - 1] ?? 'unknown',
    jam: (channel, on) => void (on ? jammed.add(channel) : jammed.delete(channel)),
    fail: (reason) => {
      trouble = reason;
    },
    close: async () => {
      closed = true;
    },
  };
  return board;
}
