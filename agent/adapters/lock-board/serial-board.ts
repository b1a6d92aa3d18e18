import type { Clock } from '../../ports/clock.ts';
import type {
  BoardReading,
  BoardTrouble,
  DoorPosition,
  LockBoard,
  PulseOutcome,
} from '../../ports/lock-board.ts';
import { boardContact } from './board-contact.ts';
import type { BusAnswer, SerialBus } from './serial-bus.ts';
import type { BoardBits, BoardLanguage, Feedback } from './serial-profile.ts';

/** A status query is repeated at most twice, an open never. */
const STATUS_RETRIES_MAX = 2;

export interface SerialBoardOptions {
  name: string;
  channels: number;
  feedback: Feedback;
  feedbackByChannel: Readonly<Record<string, Feedback>>;
}

/** A reply that has not come so long after its time is taken for lost. */
const LATE_REPLY_MS_MAX = 1_000;
const STALE = { reason: 'no answer', detail: 'what came may answer an earlier question' } as const;

type Failure = { ok: false; reason: BoardTrouble; detail: string };

/**
 * A board of any profile on a bus that it shares; closing the board leaves the bus open. Nothing is
 * read or driven before the board took what its language wants said at contact.
 */
export function serialBoard(bus: SerialBus, options: SerialBoardOptions, language: BoardLanguage): LockBoard {
  const { name, channels } = options;
  const { echoProbe } = language;
  const feedbacks = wiring(options, language);
  const late = lateReplies(bus.clock);
  const contact = boardContact(bus, language);
  let closing: Promise<void> | undefined;

  const failed = (answer: { reason: BoardTrouble; detail: string }): Failure => ({
    ok: false,
    reason: answer.reason,
    detail: `${name}: ${answer.detail}`,
  });
  const closedAnswer: Failure = { ok: false, reason: 'closed', detail: `${name} was closed` };

  const read = async (): Promise<BoardReading> => {
    if (closing) return closedAnswer;
    const obstacle = await contact.beforeRead();
    if (obstacle) return failed(obstacle);
    let noise = 0;
    let unanswered = 0;
    for (let retries = 0; ; retries++) {
      if (closing) return closedAnswer;
      const answer = await bus.ask({ ...language.status, echoProbe, urgent: false });
      noise += answer.noise;
      const stale = late.mayBe(answer);
      if (answer.ok && !stale)
        return {
          ...seen(answer.reply, feedbacks, language.inputs),
          noise,
          ...(unanswered > 0 && { unanswered }),
        };
      if (!answer.ok && answer.reason === 'no answer') unanswered += 1;
      if (retries < STATUS_RETRIES_MAX && (stale || worthRepeating(answer))) continue;
      contact.lost();
      return failed(answer.ok ? STALE : answer);
    }
  };

  const pulse = async (channel: number, pulseMs: number): Promise<PulseOutcome> => {
    if (closing) return closedAnswer;
    if (!Number.isInteger(channel) || channel < 1 || channel > channels) {
      const detail = `${name} has channels 1 to ${channels}, not ${channel}`;
      return { ok: false, reason: 'no such channel', detail };
    }
    if (language.pulseMsMin !== undefined && !(pulseMs >= language.pulseMsMin)) {
      const detail = `${name} can drive a coil for ${language.pulseMsMin} ms at least, not for ${pulseMs} ms`;
      return { ok: false, reason: 'refused', detail };
    }
    const obstacle = await contact.beforePulse();
    if (obstacle) return failed(obstacle);
    if (closing) return closedAnswer;
    const question = language.open(channel, pulseMs);
    const answer = await bus.ask({ ...question, echoProbe, urgent: true });
    if (answer.ok) return { ok: true, acknowledged: answer.reply === 'driven' };
    if (!answer.sent || answer.reason === 'refused') return failed(answer);
    const silent = question.replyDue && answer.reason === 'no answer';
    return { ok: true, acknowledged: false, ...(silent && { silent }) };
  };

  return {
    name,
    channels,
    inputs: language.inputs,
    ...(language.fixedPulseMs === undefined ? {} : { fixedPulseMs: language.fixedPulseMs }),
    blind: feedbacks.every((feedback) => feedback === 'none'),
    read,
    pulse,
    close: () => {
      closing ??= contact.letGo();
      return closing;
    },
  };
}

/**
 * A status reply that did not come in time may come as the answer to the next question, which it looks
 * like to the last bit: for a while, as many replies are let go as were missed. Garbage may have been
 * noise while the reply was late as well as a reply that noise spoilt, so it counts as missed too.
 */
function lateReplies(clock: Clock) {
  let owedUntilMs: number[] = [];
  return {
    mayBe: <T>(answer: BusAnswer<T>): boolean => {
      const nowMs = clock.monotonicMs();
      owedUntilMs = owedUntilMs.filter((untilMs) => untilMs > nowMs);
      if (worthRepeating(answer)) owedUntilMs.push(nowMs + LATE_REPLY_MS_MAX);
      return answer.ok && owedUntilMs.shift() !== undefined;
    },
  };
}

/** What hangs on each channel, channel 1 first. */
function wiring(options: SerialBoardOptions, { feedbackChannels }: BoardLanguage): readonly Feedback[] {
  return Array.from({ length: options.channels }, (_, at) => {
    if (at >= (feedbackChannels ?? options.channels)) return 'none';
    return options.feedbackByChannel[at + 1] ?? options.feedback;
  });
}

function seen({ doors, inputs }: BoardBits, feedbacks: readonly Feedback[], inputCount: number) {
  const channelsTold = doors.findLastIndex((made) => made !== undefined) + 1;
  const isShort = feedbacks.some((feedback, at) => at >= channelsTold && feedback !== 'none');
  return {
    ok: true,
    ...(isShort && { channelsTold }),
    doors: feedbacks.map((feedback, at) => positionOf(doors[at], feedback)),
    inputs: Array.from({ length: inputCount }, (_, at) => levelOf(inputs[at])),
  } as const;
}

function worthRepeating<T>(answer: BusAnswer<T>): boolean {
  return !answer.ok && (answer.reason === 'no answer' || answer.reason === 'garbage');
}

function positionOf(made: boolean | undefined, feedback: Feedback): DoorPosition {
  if (made === undefined || feedback === 'none') return 'unknown';
  return made === (feedback === 'closedShorts') ? 'closed' : 'open';
}

function levelOf(made: boolean | undefined): 'on' | 'off' | 'unknown' {
  if (made === undefined) return 'unknown';
  return made ? 'on' : 'off';
}
