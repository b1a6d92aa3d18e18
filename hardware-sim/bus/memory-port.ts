import type { LinePort } from './line-port.ts';

/**
 * The host's end of a line without sockets: `open` gives one stream at a time, or says why there is none. It has the
 * shape of a byte line, so that a driver may be handed it as its own.
 */
export interface MemoryHost {
  readonly name: string;
  open(listener: { onBytes(bytes: Uint8Array): void; onClosed(detail: string): void }): Promise<
    | {
        ok: true;
        stream: { write(bytes: Uint8Array): Promise<boolean>; close(): Promise<void> };
      }
    | { ok: false; reason: 'line missing' | 'line busy'; detail: string }
  >;
}

/** Opens a line's end in this very process. */
export function openMemoryPort(options: {
  name: string;
  onBytes: (bytes: Uint8Array) => void;
}): LinePort & { host: MemoryHost } {
  const address = `memory:${options.name}`;
  let plugged = true;
  let hangUp: ((detail: string) => void) | null = null;
  let hand: (bytes: Uint8Array) => void = () => {};

  const open: MemoryHost['open'] = async (listener) => {
    if (!plugged) return { ok: false, reason: 'line missing', detail: `${address} is unplugged` };
    if (hangUp) return { ok: false, reason: 'line busy', detail: `${address} is open` };
    let isOpen = true;
    const close = (detail: string) => {
      if (!isOpen) return;
      isOpen = false;
      hangUp = null;
      hand = () => {};
      listener.onClosed(detail);
    };
    hangUp = close;
    hand = listener.onBytes;
    return {
      ok: true,
      stream: {
        write: async (bytes) => {
          if (isOpen) options.onBytes(Uint8Array.from(bytes));
          return isOpen;
        },
        close: async () => close('closed'),
      },
    };
  };
  const unplug = async () => {
    plugged = false;
    hangUp?.(`${address} was unplugged`);
  };

  return {
    address,
    host: { name: address, open },
    send: (bytes) => hand(bytes),
    plugIn: async () => {
      plugged = true;
    },
    unplug,
    stop: unplug,
  };
}
