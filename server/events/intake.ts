import { parseTopic, type UnixMs } from '@latchwork/shared';
import type { KeysOf } from '../broker/index.ts';
import type { Answer } from './answer.ts';
import { type CommitOptions, commitBatch } from './commit-batch.ts';
import type { Inbox, Message } from './inbox.ts';
import { intakeLimits } from './intake-limits.ts';
import { isUnavailable } from './is-unavailable.ts';
import { openMessage, type Received } from './open-message.ts';

export interface IntakeOptions extends CommitOptions {
  inbox: Inbox;
  keysOf: KeysOf;
  answer: Answer;
  /** True when a warning about this topic is due. */
  mayWarn(topic: string): boolean;
}

export interface Intake {
  /** Since when everything was committed soon after it arrived; undefined while something waits for long. */
  currentSinceMs(): UnixMs | undefined;
  stop(): Promise<void>;
}

/**
 * Takes what has arrived, commits it as one batch of many lockers, answers, and takes the next. While the database
 * is out of reach the same batch is tried again and again, the inbox fills, and the broker holds the rest.
 */
export function startIntake(options: IntakeOptions): Intake {
  const { inbox, answer, clock } = options;
  const retry = retrying(options);
  let caughtUpAtMs = Number.NEGATIVE_INFINITY;
  let oldestInHandMs = Number.POSITIVE_INFINITY;
  const isBehind = () => clock.nowMs() - oldestInHandMs > intakeLimits.lagMsMax;
  const run = async () => {
    for (let messages = await inbox.take(); messages.length > 0; messages = await inbox.take()) {
      const batch = messages;
      oldestInHandMs = batch[0]?.arrivedMs ?? Number.POSITIVE_INFINITY;
      const outcomes = await retry.untilDone(() => openAndCommit(batch, options));
      for (const outcome of outcomes ?? []) answer(outcome);
      if (isBehind()) caughtUpAtMs = clock.nowMs();
      oldestInHandMs = Number.POSITIVE_INFINITY;
    }
  };
  const running = run();
  return {
    currentSinceMs: () => (isBehind() ? undefined : caughtUpAtMs),
    async stop() {
      inbox.close();
      retry.stop();
      await running;
    },
  };
}

async function openAndCommit(messages: readonly Message[], options: IntakeOptions) {
  const received: Received[] = [];
  for (const { topic, payload } of messages) {
    const opened = await openOrLeave({ topic, payload }, options);
    if (opened?.ok) received.push(opened.received);
    else if (opened && options.mayWarn(topic))
      options.logger.warn({ topic: topic.slice(0, 80), reason: opened.reason }, 'A message is not taken');
  }
  return received.length === 0 ? [] : commitBatch(received, options);
}

/** One locker whose keys cannot be had must not keep all the others waiting: undefined, once that is logged. */
async function openOrLeave(
  { topic, payload }: Pick<Message, 'topic' | 'payload'>,
  { keysOf, logger, mayWarn }: IntakeOptions,
) {
  try {
    return await openMessage(topic, payload, keysOf);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const { locker, kind } = parseTopic(topic) ?? {};
    if (mayWarn(topic)) logger.error({ err: error, locker, kind }, 'A message cannot be opened and is left');
    return undefined;
  }
}

function retrying({ clock, random, logger }: IntakeOptions) {
  let stopped = false;
  let endPause = () => {};
  const pause = (delayMs: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });
  return {
    /** Tries again until it works; undefined when it is time to stop. */
    async untilDone<T>(work: () => Promise<T>): Promise<T | undefined> {
      for (let failures = 0; !stopped; failures += 1) {
        try {
          return await work();
        } catch (error) {
          const delayMs = retryDelayMs(failures, random.bytes(1)[0] ?? 0);
          logger.warn({ err: error, delayMs }, 'A batch cannot be committed now; it is tried again');
          if (!stopped) await pause(delayMs);
        }
      }
      return undefined;
    },
    stop() {
      stopped = true;
      endPause();
    },
  };
}

/** Full jitter below a ceiling that doubles. */
function retryDelayMs(failures: number, byte: number): number {
  const ceilingMs = Math.min(intakeLimits.retryMsMax, intakeLimits.retryMsMin * 2 ** Math.min(failures, 10));
  return Math.ceil((ceilingMs * (byte + 1)) / 256);
}
