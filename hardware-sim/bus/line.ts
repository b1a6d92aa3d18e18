import type { Clock } from '../clock.ts';
import type { LinePort } from './line-port.ts';
import { type MemoryHost, openMemoryPort } from './memory-port.ts';
import { openPtyPort } from './pty-port.ts';
import { openTcpPort } from './tcp-port.ts';
import { type Arrive, createWire } from './wire.ts';

/** Where a host shall find a line: a terminal at `path`, a TCP port (0: any free one), or in this very process. */
export type LinePlace =
  | { kind: 'pty'; path: string }
  | { kind: 'tcp'; port: number }
  | { kind: 'memory'; name: string };

/** A serial line between a host and what hangs on its far end, at its baud rate in both directions. */
export interface Line {
  /** Where the host finds it: a path, `tcp://127.0.0.1:PORT`, or `memory:NAME`. */
  address: string;
  /** The host's end of a line in memory; null for any other. */
  host: MemoryHost | null;
  /** Sends to the host; resolves when the last byte has left the wire, or was lost with it. */
  send(bytes: Uint8Array): Promise<void>;
  /** Hands bytes to the host at once, past whatever is on the wire. */
  intrude(bytes: Uint8Array): void;
  /** Pulls the cable or puts it back; resolves when the host's end is gone or there again. */
  setUnplugged(unplugged: boolean): Promise<void>;
  /** Whether what the host sends comes back to it as it passes, as from an adapter that hears itself. */
  setEcho(echo: boolean): void;
  /** Calls back with every piece as the host hands it in, before it takes its time on the wire. */
  onHostBytes(listener: (bytes: Uint8Array, atMs: number) => void): () => void;
  stop(): Promise<void>;
}

export const BAUD_DEFAULT = 9600;
/** In memory no adapter chops what comes: a whole frame comes out at its last character's time. */
const MEMORY_PIECE_BYTES = 4096;

/** Opens a line. Half-duplex: one wire carries both directions, in turn. Rejects as its port does. */
export async function openLine(options: {
  clock: Clock;
  place: LinePlace;
  baud: number;
  onReceive: Arrive;
  log: (message: string) => void;
}): Promise<Line> {
  const { clock, place, log } = options;
  const pieceBytes = place.kind === 'memory' ? { pieceBytes: MEMORY_PIECE_BYTES } : {};
  const wire = createWire({ clock, baud: options.baud, ...pieceBytes });
  const listeners = new Set<(bytes: Uint8Array, atMs: number) => void>();
  let echo = false;
  let settle = new Set<() => void>();
  let change: Promise<void> = Promise.resolve();

  const onBytes = (bytes: Uint8Array) => {
    for (const listener of listeners) listener(bytes, clock.nowMs());
    wire.carry(bytes, (piece, onWire) => {
      if (echo) port.send(piece);
      options.onReceive(piece, onWire);
    });
  };
  const memory = place.kind === 'memory' ? openMemoryPort({ name: place.name, onBytes }) : null;
  const port: LinePort = memory ?? (await openSystemPort(place, { clock, onBytes, log }));

  const lose = () => {
    wire.clear();
    const lost = settle;
    settle = new Set();
    for (const resolve of lost) resolve();
  };

  return {
    address: port.address,
    host: memory?.host ?? null,
    intrude: port.send,
    send: (bytes) =>
      new Promise((resolve) => {
        let left = bytes.length;
        const taken = wire.carry(bytes, (piece) => {
          port.send(piece);
          left -= piece.length;
          if (left === 0) settle.delete(resolve);
          if (left === 0) resolve();
        });
        if (!taken || left === 0) resolve();
        else settle.add(resolve);
      }),
    setUnplugged: (unplugged) => {
      if (unplugged) lose();
      change = change.catch(() => {}).then(() => (unplugged ? port.unplug() : port.plugIn()));
      return change;
    },
    setEcho: (on) => {
      echo = on;
    },
    onHostBytes: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      lose();
      await change.catch(() => {});
      await port.stop();
    },
  };
}

async function openSystemPort(
  place: LinePlace,
  options: { clock: Clock; onBytes: (bytes: Uint8Array) => void; log: (message: string) => void },
): Promise<LinePort> {
  if (place.kind === 'pty') return openPtyPort({ ...options, path: place.path });
  return openTcpPort({ port: place.kind === 'tcp' ? place.port : 0, onBytes: options.onBytes });
}
