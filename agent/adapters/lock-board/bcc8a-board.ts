import type { BoardReading, DoorPosition, LockBoard, PulseOutcome } from '../../ports/lock-board.ts';
import { encodeOpen, encodeReadAll, findOpenReply, findReadAllReply } from './bcc8a-frames.ts';
import { type BusAnswer, COMMAND_GAP_MS, type SerialBus, STATUS_TIMEOUT_MS } from './serial-bus.ts';

/** An unlock reply is due within this, by the documents of the 8A family. */
const OPEN_TIMEOUT_MS = 1_500;
/** A status query is repeated at most twice, an open never. */
const STATUS_RETRIES_MAX = 2;
/** The board times its own pulse, 300 ms unless it was set otherwise (8A protocol document of 2021). */
const BOARD_PULSE_MS = 300;

/** Which contact a closed door makes; `none` where no feedback is wired. */
export type Feedback = 'closedShorts' | 'openShorts' | 'none';

export interface Bcc8aOptions {
  name: string;
  address: number;
  channels: number;
  feedback: Feedback;
  /** Doors wired unlike the rest of their board, by channel. */
  feedbackByChannel?: ReadonlyMap<number, Feedback>;
  /** Which group of eight comes first in a read-all reply; the documents disagree. */
  statusOrder: 'highFirst' | 'lowFirst';
  /** True for firmware that never answers an unlock: none is waited for. */
  silentUnlock: boolean;
  pulseMs?: number;
}

/** A board of the "8A" family on a bus that it shares; closing the board leaves the bus open. */
export function bcc8aBoard(bus: SerialBus, options: Bcc8aOptions): LockBoard {
  const { name, address, channels } = options;
  const feedbacks = Array.from(
    { length: channels },
    (_, at) => options.feedbackByChannel?.get(at + 1) ?? options.feedback,
  );
  let closed = false;
  const closedAnswer = { ok: false, reason: 'closed', detail: `${name} was closed` } as const;

  const askStatus = () =>
    bus.ask({
      bytes: encodeReadAll(address),
      urgent: false,
      timeoutMs: STATUS_TIMEOUT_MS,
      replyDue: true,
      findReply: findReadAllReply(address),
    });

  const read = async (): Promise<BoardReading> => {
    if (closed) return closedAnswer;
    let answer = await askStatus();
    for (let retry = 0; retry < STATUS_RETRIES_MAX && worthRepeating(answer) && !closed; retry++) {
      answer = await askStatus();
    }
    if (!answer.ok) return { ok: false, reason: answer.reason, detail: `${name}: ${answer.detail}` };
    const groups = options.statusOrder === 'highFirst' ? answer.reply.toReversed() : answer.reply;
    const doors = feedbacks.map((feedback, at) => positionOf(groups, at, feedback));
    return { ok: true, doors, inputs: [], noise: 0 };
  };

  const pulse = async (channel: number): Promise<PulseOutcome> => {
    if (closed) return closedAnswer;
    if (!Number.isInteger(channel) || channel < 1 || channel > channels) {
      return {
        ok: false,
        reason: 'no such channel',
        detail: `${name} has channels 1 to ${channels}, not ${channel}`,
      };
    }
    const answer = await bus.ask({
      bytes: encodeOpen(address, channel),
      urgent: true,
      // The line carries the frame in the gap that has to be kept after it anyway.
      timeoutMs: options.silentUnlock ? COMMAND_GAP_MS : OPEN_TIMEOUT_MS,
      replyDue: !options.silentUnlock,
      findReply: findOpenReply(address, channel),
    });
    if (answer.ok) return { ok: true, acknowledged: true };
    if (answer.sent) return { ok: true, acknowledged: false };
    return { ok: false, reason: answer.reason, detail: `${name}: ${answer.detail}` };
  };

  return {
    name,
    channels,
    inputs: 0,
    fixedPulseMs: options.pulseMs ?? BOARD_PULSE_MS,
    blind: feedbacks.every((feedback) => feedback === 'none'),
    read,
    pulse,
    close: async () => {
      closed = true;
    },
  };
}

function worthRepeating<T>(answer: BusAnswer<T>): boolean {
  return !answer.ok && (answer.reason === 'no answer' || answer.reason === 'garbage');
}

/** `groups[0]` holds channels 1 to 8, bit 0 the lowest; a bit that was not sent is unknown. */
function positionOf(groups: Uint8Array, at: number, feedback: Feedback): DoorPosition {
  const group = groups[Math.floor(at / 8)];
  if (group === undefined || feedback === 'none') return 'unknown';
  const shorted = (group >> (at % 8)) % 2 === 1;
  return shorted === (feedback === 'closedShorts') ? 'closed' : 'open';
}
