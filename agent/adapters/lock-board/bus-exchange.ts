import type { ByteStream } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { type FindReply, withoutEcho } from './bus-echo.ts';

/** A frame has ended when nothing came for this long; USB adapters hand bytes on in 16 ms steps. */
export const QUIET_MS = 25;
/** Longest reply is 12 bytes; the rest is room for noise, of which the newest is kept. */
const RECEIVED_BYTES_MAX = 256;

export type Exchanged<T> =
  | { outcome: 'reply'; reply: T }
  | { outcome: 'no answer' | 'garbage' }
  | { outcome: 'line lost'; detail: string };

/** What the open line delivers, handed to the exchange in flight and to nobody else. */
export interface BusInbox {
  bytes(chunk: Uint8Array): void;
  lost(detail: string): void;
  /** Sends one question and waits for its reply. Never two at a time. */
  exchange<T>(question: ExchangeQuestion<T>): Promise<Exchanged<T>>;
  /** Monotonic time at which an exchange last sent or received anything. */
  lastActiveMs(): number;
}

export interface ExchangeQuestion<T> {
  stream: ByteStream;
  bytes: Uint8Array;
  timeoutMs: number;
  findReply: FindReply<T>;
  /** True where what is sent comes back, so that it has to be cut out of what is received. */
  echo: boolean;
}

export function busInbox(clock: Clock): BusInbox {
  let onBytes: ((chunk: Uint8Array) => void) | undefined;
  let onLost: ((detail: string) => void) | undefined;
  let activeMs = Number.NEGATIVE_INFINITY;

  return {
    // What comes between two exchanges is dropped here: a late reply must not answer the next question.
    bytes: (chunk) => onBytes?.(chunk),
    lost: (detail) => onLost?.(detail),
    lastActiveMs: () => activeMs,
    exchange: ({ stream, bytes, timeoutMs, findReply, echo }) =>
      new Promise((resolve) => {
        let all: Uint8Array = new Uint8Array();
        const received = () => (echo ? withoutEcho(all, bytes) : all);
        let cancelQuiet = () => {};
        const finish = (exchanged: Parameters<typeof resolve>[0]) => {
          cancelQuiet();
          cancelTimeout();
          onBytes = undefined;
          onLost = undefined;
          resolve(exchanged);
        };
        const look = () => {
          const reply = findReply(received());
          if (reply !== undefined) finish({ outcome: 'reply', reply });
          return reply !== undefined;
        };
        const cancelTimeout = clock.after(timeoutMs, () => {
          if (!look()) finish({ outcome: received().length === 0 ? 'no answer' : 'garbage' });
        });
        onBytes = (chunk) => {
          activeMs = clock.monotonicMs();
          all = newest(all, chunk);
          cancelQuiet();
          cancelQuiet = clock.after(QUIET_MS, look);
        };
        onLost = (detail) => finish({ outcome: 'line lost', detail });
        activeMs = clock.monotonicMs();
        stream.write(bytes).then((sent) => {
          if (!sent) finish({ outcome: 'line lost', detail: 'the line took no bytes' });
        });
      }),
  };
}

function newest(received: Uint8Array, chunk: Uint8Array): Uint8Array {
  const both = new Uint8Array(received.length + chunk.length);
  both.set(received);
  both.set(chunk, received.length);
  return both.slice(-RECEIVED_BYTES_MAX);
}
