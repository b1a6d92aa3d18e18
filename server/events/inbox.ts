import type { UnixMs } from '@latchwork/shared';
import { intakeLimits } from './intake-limits.ts';

export interface Message {
  topic: string;
  payload: Uint8Array;
  /** When it was read from the line. */
  arrivedMs: UnixMs;
}

/** Messages that arrived and were not looked at yet: first in, first out, and bounded. */
export interface Inbox {
  /** Resolves once there was room; the message is then either in, or left out since its topic has too many here. */
  offer(message: Message): Promise<void>;
  /** What has arrived, up to a batch; waits for the first. Empty only when closed. */
  take(): Promise<Message[]>;
  /** Ends every waiting, and takes no more. */
  close(): void;
}

/** @param onLeftOut hears of a message that was left out */
export function createInbox(onLeftOut: (topic: string) => void): Inbox {
  let waiting: Message[] = [];
  let closed = false;
  const counts = new Map<string, number>();
  let wakeTaker = () => {};
  let wakeOfferers: (() => void)[] = [];

  const count = (topic: string, by: 1 | -1) => {
    const now = (counts.get(lockerPart(topic)) ?? 0) + by;
    if (now === 0) counts.delete(lockerPart(topic));
    else counts.set(lockerPart(topic), now);
  };

  return {
    async offer(message) {
      while (waiting.length >= intakeLimits.messagesMax && !closed)
        await new Promise<void>((resolve) => wakeOfferers.push(resolve));
      if (closed) return;
      if ((counts.get(lockerPart(message.topic)) ?? 0) >= intakeLimits.messagesPerLockerMax) {
        onLeftOut(message.topic);
        return;
      }
      waiting.push(message);
      count(message.topic, 1);
      wakeTaker();
    },
    async take() {
      while (waiting.length === 0 && !closed)
        await new Promise<void>((resolve) => {
          wakeTaker = resolve;
        });
      if (closed) return [];
      const taken = waiting.slice(0, batchLength(waiting));
      waiting = waiting.slice(taken.length);
      for (const { topic } of taken) count(topic, -1);
      const woken = wakeOfferers;
      wakeOfferers = [];
      for (const wake of woken) wake();
      return taken;
    },
    close() {
      closed = true;
      wakeTaker();
      for (const wake of wakeOfferers) wake();
    },
  };
}

/** `lw1/cell/locker` of a topic, whatever it is. */
function lockerPart(topic: string): string {
  return topic.split('/', 3).join('/');
}

/** How many of the first messages make one batch: at least one. */
function batchLength(messages: readonly Message[]): number {
  let lines = 0;
  let length = 0;
  for (const { payload } of messages) {
    lines += lineFeeds(payload);
    if (length > 0 && (lines > intakeLimits.linesPerBatchMax || length >= intakeLimits.messagesPerBatchMax))
      break;
    length += 1;
  }
  return length;
}

function lineFeeds(payload: Uint8Array): number {
  let count = 0;
  for (let at = payload.indexOf(10); at !== -1; at = payload.indexOf(10, at + 1)) count += 1;
  return count;
}
