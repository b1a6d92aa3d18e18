import type { ByteLine, ByteStreamListener, OpenedByteStream } from '../../ports/byte-stream.ts';
import { type StreamSession, streamSession } from './stream-session.ts';

type Refusal = Extract<OpenedByteStream, { ok: false }>['reason'];

/** The far end of a line in memory, in the hands of a test. */
export interface FakePeer {
  /** Called with each write of the near end; replace it to answer. */
  onBytes: (bytes: Uint8Array) => void;
  /** Delivers bytes to the near end; lost while nobody has the line open. */
  send(bytes: Uint8Array): void;
  /** Ends the stream, and refuses to open until `plug`. */
  unplug(reason?: Refusal): void;
  plug(): void;
  readonly isOpen: boolean;
  /** How often the line was opened. */
  readonly opened: number;
}

/** A line in memory with no delay of its own; bytes arrive in a later promise job, as real ones never arrive within a call. */
export function fakeLine(name = 'fake'): { line: ByteLine; peer: FakePeer } {
  let session: StreamSession | undefined;
  let refused: Refusal | undefined;
  let opened = 0;

  const end = (detail: string) => {
    session?.ended(detail);
    session = undefined;
  };
  const peer: FakePeer = {
    onBytes: () => {},
    send: (bytes) => {
      const receiver = session;
      const copy = bytes.slice();
      queueMicrotask(() => receiver?.received(copy));
    },
    unplug: (reason = 'line missing') => {
      refused = reason;
      end('the line was unplugged');
    },
    plug: () => {
      refused = undefined;
    },
    get isOpen() {
      return session !== undefined;
    },
    get opened() {
      return opened;
    },
  };
  const open = (listener: ByteStreamListener): OpenedByteStream => {
    if (refused) return { ok: false, reason: refused, detail: `${name}: ${refused}` };
    if (session) return { ok: false, reason: 'line busy', detail: `${name} is already open` };
    const mine = streamSession(listener);
    session = mine;
    opened += 1;
    return {
      ok: true,
      stream: {
        write: (bytes) =>
          mine.write((taken) => {
            const copy = bytes.slice();
            queueMicrotask(() => peer.onBytes(copy));
            taken(true);
          }),
        close: async () => {
          if (session === mine) end('closed');
        },
      },
    };
  };
  return { line: { name, open: async (listener) => open(listener) }, peer };
}
