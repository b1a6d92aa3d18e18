import type { ByteStreamListener } from '../../ports/byte-stream.ts';

/**
 * Keeps the port's promises over any transport, one per opened stream: `onClosed` once and no bytes
 * after it, and every write answered, with false where the stream ended before the transport did.
 */
export interface StreamSession {
  received(bytes: Uint8Array): void;
  /** The transport is gone and released; later calls are ignored. */
  ended(detail: string): void;
  /** `hand` gives the bytes to the transport and reports whether the system took them. */
  write(hand: (taken: (sent: boolean) => void) => void): Promise<boolean>;
  /** Resolves once `ended` was called. */
  readonly whenEnded: Promise<void>;
}

export function streamSession(listener: ByteStreamListener): StreamSession {
  const { promise: whenEnded, resolve: markEnded } = Promise.withResolvers<void>();
  let over = false;
  return {
    whenEnded,
    received: (bytes) => {
      if (!over) listener.onBytes(bytes);
    },
    ended: (detail) => {
      if (over) return;
      over = true;
      markEnded();
      listener.onClosed(detail);
    },
    write: (hand) => {
      if (over) return Promise.resolve(false);
      const { promise: taken, resolve } = Promise.withResolvers<boolean>();
      hand(resolve);
      return Promise.race([taken, whenEnded.then(() => false)]);
    },
  };
}
