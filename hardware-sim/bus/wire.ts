import type { Clock } from '../clock.ts';

/** A pair of wires on which one character after another takes its time. */
export interface Wire {
  /**
   * Puts bytes on the wire behind whatever is on it, and hands them over as they come out at the other end, with the
   * time that they were on it: on a busy machine they are handed over later than that. Returns false, and carries
   * nothing, when the wire holds all it can.
   */
  carry(bytes: Uint8Array, arrive: Arrive): boolean;
  /** Loses what is under way. */
  clear(): void;
}

export type Arrive = (bytes: Uint8Array, onWire: OnWire) => void;

/** When the first bit went onto the wire, and when the last one left it. */
export interface OnWire {
  fromMs: number;
  toMs: number;
}

/** A character is a start bit, eight data bits and a stop bit: 8N1. */
const BITS_PER_CHARACTER = 10;
const MS_PER_SECOND = 1000;
/** By default bytes come out in pieces of at most this many, as a USB adapter's latency timer chops them. */
const PIECE_BYTES = 16;
const HELD_BYTES_MAX = 64 * 1024;

/** `pieceBytes`: at most so many come out at once, so that a long burst costs one timer where its middle is of no interest. */
export function createWire(options: { clock: Clock; baud: number; pieceBytes?: number }): Wire {
  const { clock, pieceBytes = PIECE_BYTES } = options;
  const characterMs = (MS_PER_SECOND * BITS_PER_CHARACTER) / options.baud;
  const pieces: { bytes: Uint8Array; onWire: OnWire; arrive: Arrive }[] = [];
  let heldBytes = 0;
  let freeAtMs = 0;
  let cancelTimer: (() => void) | null = null;

  const wait = () => {
    const first = pieces[0];
    cancelTimer = first ? clock.after(first.onWire.toMs - clock.nowMs(), comeOut) : null;
  };
  const comeOut = () => {
    const nowMs = clock.nowMs();
    for (let first = pieces[0]; first && first.onWire.toMs <= nowMs; first = pieces[0]) {
      pieces.shift();
      heldBytes -= first.bytes.length;
      first.arrive(first.bytes, first.onWire);
    }
    wait();
  };

  return {
    carry: (bytes, arrive) => {
      if (heldBytes + bytes.length > HELD_BYTES_MAX) return false;
      for (let from = 0; from < bytes.length; from += pieceBytes) {
        const piece = bytes.slice(from, from + pieceBytes);
        const fromMs = Math.max(clock.nowMs(), freeAtMs);
        freeAtMs = fromMs + piece.length * characterMs;
        pieces.push({ bytes: piece, onWire: { fromMs, toMs: freeAtMs }, arrive });
        heldBytes += piece.length;
      }
      if (!cancelTimer) wait();
      return true;
    },
    clear: () => {
      cancelTimer?.();
      cancelTimer = null;
      pieces.length = 0;
      heldBytes = 0;
      freeAtMs = 0;
    },
  };
}
