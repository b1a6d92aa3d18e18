import type { FindReply } from './bus-echo.ts';

/**
 * Frames of the "8A" family of RS-485 lock boards (profile `bcc8a`). The last byte is the XOR of all
 * before it. A reply carries no length, and a status byte may look like an end, so replies are
 * looked for in everything that came before the line fell quiet, and for one question at a time.
 */

const OPEN_HEADER = 0x8a;
const STATUS_HEADER = 0x80;
const OPEN_COMMAND = 0x11;
const STATUS_COMMAND = 0x33;
/** In place of a channel. */
const WHOLE_BOARD = 0x00;

export const ADDRESS_MAX = 64;
/** Eight status bytes hold 64 channels; no board of the family has more than 48. */
export const CHANNELS_MAX = 64;
const STATUS_BYTES_MAX = CHANNELS_MAX / 8;
const STATUS_BYTE_VALUES: readonly number[] = [0x00, 0x11];

export function encodeOpen(address: number, channel: number): Uint8Array {
  return withCheck(OPEN_HEADER, address, channel, OPEN_COMMAND);
}

export function encodeReadOne(address: number, channel: number): Uint8Array {
  return withCheck(STATUS_HEADER, address, channel, STATUS_COMMAND);
}

export function encodeReadAll(address: number): Uint8Array {
  return withCheck(STATUS_HEADER, address, WHOLE_BOARD, STATUS_COMMAND);
}

/** The status byte of an unlock reply: header `8A`, or `80` from older boards. It proves that the coil was driven. */
export function findOpenReply(address: number, channel: number): FindReply<number> {
  return (received) =>
    findSingle(received, [OPEN_HEADER, address, channel]) ??
    findSingle(received, [STATUS_HEADER, address, channel]);
}

/** The status byte of one channel, `00` or `11`; what it means hangs on the board's wiring. */
export function findReadOneReply(address: number, channel: number): FindReply<number> {
  return (received) => findSingle(received, [STATUS_HEADER, address, channel]);
}

/** The status bytes as sent, `Sn … S1`: their number does not follow the board's channels. */
export function findReadAllReply(address: number): FindReply<Uint8Array> {
  const query = encodeReadAll(address);
  return (received) => {
    let likeTheQuery: Uint8Array | undefined;
    for (let start = 0; start < received.length; start++) {
      const end = statusFrameEnd(received, start, address);
      if (end === undefined) continue;
      const groups = received.slice(start + 2, end - 2);
      // One group of eight zeros equals the query itself: believed only while nothing better is there.
      if (!equal(received.subarray(start, end), query)) return groups;
      likeTheQuery ??= groups;
    }
    return likeTheQuery;
  };
}

/** Fixed frame of five bytes: three given, a status byte, the check. */
function findSingle(received: Uint8Array, opening: readonly number[]): number | undefined {
  for (let start = 0; start + 5 <= received.length; start++) {
    const status = received[start + 3] ?? 0;
    const matches = opening.every((byte, at) => received[start + at] === byte);
    if (matches && STATUS_BYTE_VALUES.includes(status) && checks(received, start, start + 5)) return status;
  }
  return undefined;
}

/** Where a read-all reply that begins at `start` ends. */
function statusFrameEnd(received: Uint8Array, start: number, address: number): number | undefined {
  if (!startsStatus(received, start, address)) return undefined;
  const ends: number[] = [];
  for (let statusBytes = 1; statusBytes <= STATUS_BYTES_MAX; statusBytes++) {
    const end = start + 2 + statusBytes + 2;
    if (end > received.length) break;
    if (received[end - 2] === STATUS_COMMAND && checks(received, start, end)) ends.push(end);
  }
  // The longest, since a status byte 33 can be followed by what looks like a check byte; unless that
  // is two whole frames end to end, whose check bytes agree as one as well.
  return ends.findLast((end) => !ends.some((inner) => inner < end && startsStatus(received, inner, address)));
}

function startsStatus(received: Uint8Array, at: number, address: number): boolean {
  return received[at] === STATUS_HEADER && received[at + 1] === address;
}

function withCheck(...bytes: number[]): Uint8Array {
  return Uint8Array.of(...bytes, xor(Uint8Array.from(bytes)));
}

function checks(received: Uint8Array, start: number, end: number): boolean {
  return xor(received.subarray(start, end - 1)) === received[end - 1];
}

function xor(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
