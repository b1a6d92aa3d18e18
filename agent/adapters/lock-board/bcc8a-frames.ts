import { besideEvents, type FindReply, type Found, firstFrame, startsWith, xorOf } from './find-reply.ts';

/**
 * Frames of the "8A" family of RS-485 lock boards (profile `bcc8a`). The last byte is the XOR of all
 * before it. A reply carries no length, and a status byte may look like an end, so replies are
 * looked for in everything that came before the line fell quiet, and for one question at a time.
 */

const OPEN_HEADER = 0x8a;
const STATUS_HEADER = 0x80;
const EVENT_HEADERS: readonly number[] = [0x81, 0x82];
const OPEN_COMMAND = 0x11;
const STATUS_COMMAND = 0x33;
/** In place of a channel. */
const WHOLE_BOARD = 0x00;

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
  return besideEvents(
    (received) =>
      findSingle(received, [OPEN_HEADER, address, channel]) ??
      findSingle(received, [STATUS_HEADER, address, channel]),
    eventLength,
  );
}

/** The status byte of one channel, `00` or `11`; what it means hangs on the board's wiring. */
export function findReadOneReply(address: number, channel: number): FindReply<number> {
  return besideEvents((received) => findSingle(received, [STATUS_HEADER, address, channel]), eventLength);
}

/**
 * The status bytes as sent, `Sn … S1`: their number does not follow the board's channels, so the end
 * is known by the silence after it. A board always sends as many, so once that number was seen a frame
 * of the same length is taken without waiting. To be kept as long as the board is asked.
 */
export function findReadAllReply(address: number): FindReply<Uint8Array> {
  const query = encodeReadAll(address);
  let usualLength: number | undefined;
  let longest = 0;
  return besideEvents((received, quiet) => {
    const frame = readAllFrame(received, query);
    if (frame === undefined) return undefined;
    // One group of eight zeros equals the query itself, which an adapter may echo.
    if (equal(frame, query) && (!quiet || longest > frame.length)) return undefined;
    longest = Math.max(longest, frame.length);
    const isLast = frame.byteOffset + frame.length === received.byteOffset + received.length;
    if (quiet) usualLength = frame.length;
    else if (frame.length !== usualLength || !isLast) return undefined;
    return { reply: frame.slice(2, -2), bytes: frame.length };
  }, eventLength);
}

function readAllFrame(received: Uint8Array, query: Uint8Array): Uint8Array | undefined {
  const [, address = 0] = query;
  let likeTheQuery: Uint8Array | undefined;
  for (let start = 0; start < received.length; start++) {
    const end = statusFrameEnd(received, start, address);
    if (end === undefined) continue;
    const frame = received.subarray(start, end);
    // What equals the query is taken only while nothing better is there.
    if (!equal(frame, query)) return frame;
    likeTheQuery ??= frame;
  }
  return likeTheQuery;
}

/** Fixed frame of five bytes: three given, a status byte, the check. */
function findSingle(received: Uint8Array, opening: readonly number[]): Found<number> | undefined {
  return firstFrame(received, (rest) => {
    const status = rest[3] ?? 0;
    const fits = rest.length >= 5 && startsWith(rest, opening) && STATUS_BYTE_VALUES.includes(status);
    return fits && checks(rest, 0, 5) ? { reply: status, bytes: 5 } : undefined;
  });
}

/** Some firmware tells a change unasked: `81` or `82`, then address, channel, status and check. */
function eventLength(rest: Uint8Array): number | undefined {
  const fits = rest.length >= 5 && EVENT_HEADERS.includes(rest[0] ?? 0);
  return fits && STATUS_BYTE_VALUES.includes(rest[3] ?? -1) && checks(rest, 0, 5) ? 5 : undefined;
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
  return Uint8Array.of(...bytes, xorOf(Uint8Array.from(bytes)));
}

function checks(received: Uint8Array, start: number, end: number): boolean {
  return xorOf(received.subarray(start, end - 1)) === received[end - 1];
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
