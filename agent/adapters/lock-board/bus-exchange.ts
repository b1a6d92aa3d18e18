import type { ByteStream } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { holds, withoutEcho } from './bus-echo.ts';
import type { FindReply } from './find-reply.ts';

/** A frame has ended when nothing came for this long; USB adapters hand bytes on in 16 ms steps. */
export const QUIET_MS = 25;
/** Longest reply is 74 bytes; the rest is room for noise, of which the newest is kept. */
const RECEIVED_BYTES_MAX = 256;

/** `noise`: bytes that came and belonged to no good frame, the echo not counted. */
export type Exchanged<T> =
  | { outcome: 'reply'; reply: T; noise: number; heardBack: HeardBack }
  | { outcome: 'refused'; detail: string; noise: number; heardBack: HeardBack }
  | { outcome: 'no answer' | 'garbage'; noise: number; heardBack: HeardBack }
  | { outcome: 'line lost'; detail: string };

/** Whether the question itself was among what came; `asReply`: and nothing else answers it, so that it may be an echo. */
export type HeardBack = 'no' | 'beside' | 'asReply';

/** What the open line delivers, handed to the exchange in flight and to nobody else. */
export interface BusInbox {
  bytes(chunk: Uint8Array): void;
  lost(detail: string): void;
  /** Sends one question and waits for its reply. Never two at a time. */
  exchange<T>(question: ExchangeQuestion<T>): Promise<Exchanged<T>>;
  /** Monotonic time at which anything was last sent or received. */
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
    bytes: (chunk) => {
      activeMs = clock.monotonicMs();
      onBytes?.(chunk);
    },
    lost: (detail) => onLost?.(detail),
    lastActiveMs: () => activeMs,
    exchange: ({ stream, bytes, timeoutMs, findReply, echo }) =>
      new Promise((resolve) => {
        let newest: Uint8Array = new Uint8Array();
        let dropped = 0;
        let cancelQuiet = () => {};
        const finish = (exchanged: Parameters<typeof resolve>[0]) => {
          cancelQuiet();
          cancelTimeout();
          onBytes = undefined;
          onLost = undefined;
          resolve(exchanged);
        };
        const look = (quiet: boolean): boolean => {
          const received = echo ? withoutEcho(newest, bytes) : newest;
          const found = findReply(received, quiet);
          if (found === undefined) return false;
          const noise = dropped + received.length - found.bytes;
          const heard = holds(newest, bytes);
          const alone = heard && !echo && findReply(withoutEcho(newest, bytes), true) === undefined;
          const heardBack = alone ? 'asReply' : heard ? 'beside' : 'no';
          if ('refusal' in found) finish({ outcome: 'refused', detail: found.refusal, noise, heardBack });
          else finish({ outcome: 'reply', reply: found.reply, noise, heardBack });
          return true;
        };
        const cancelTimeout = clock.after(timeoutMs, () => {
          if (look(true)) return;
          const noise = dropped + (echo ? withoutEcho(newest, bytes) : newest).length;
          const heardBack = holds(newest, bytes) ? 'beside' : 'no';
          finish({ outcome: noise === 0 ? 'no answer' : 'garbage', noise, heardBack });
        });
        onBytes = (chunk) => {
          const both = joined(newest, chunk);
          newest = both.slice(-RECEIVED_BYTES_MAX);
          dropped += both.length - newest.length;
          cancelQuiet();
          if (!look(false)) cancelQuiet = clock.after(QUIET_MS, () => look(true));
        };
        onLost = (detail) => finish({ outcome: 'line lost', detail });
        activeMs = clock.monotonicMs();
        stream.write(bytes).then((sent) => {
          if (!sent) finish({ outcome: 'line lost', detail: 'the line took no bytes' });
        });
      }),
  };
}

function joined(received: Uint8Array, chunk: Uint8Array): Uint8Array {
  const both = new Uint8Array(received.length + chunk.length);
  both.set(received);
  both.set(chunk, received.length);
  return both;
}
