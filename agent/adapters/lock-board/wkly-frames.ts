import { besideEvents, type FindReply, type Found, firstFrame, startsWith, xorOf } from './find-reply.ts';

/**
 * Frames of the WKLY family: `57 4B 4C 59 LEN ADDR CMD DATA… XOR`, LEN the whole frame's length. A
 * reply's data begins with a status byte, 00 for done and FF for failed. Channels count from 1.
 */

const START = [0x57, 0x4b, 0x4c, 0x59];
const FRAME_LENGTH_MIN = 8;
const OPEN_ONE = 0x82;
const READ_ONE = 0x83;
const READ_ALL = 0x84;
const EVENT = 0x85;
/** In place of the command, in a reply to what could not be done. */
const FAILURE = 0x80;
const FAILED = 0xff;

/** The count of a read-all reply is a byte of its own; more channels than this no board has. */
export const CHANNELS_MAX = 64;

export function encodeOpen(address: number, channel: number): Uint8Array {
  return frame(address, OPEN_ONE, channel);
}

export function encodeReadOne(address: number, channel: number): Uint8Array {
  return frame(address, READ_ONE, channel);
}

export function encodeReadAll(address: number): Uint8Array {
  return frame(address, READ_ALL);
}

/** Whether the board says that it opened the lock; a refusal where it says that it failed. */
export function findOpenReply(address: number, channel: number): FindReply<'done'> {
  return findReply(address, OPEN_ONE, ([status, of, state, ...more]) =>
    status === 0 && of === channel && state !== undefined && more.length === 0 ? 'done' : undefined,
  );
}

/** The state of each channel, 00 or 01; what it means hangs on the board's wiring. */
export function findReadAllReply(address: number): FindReply<Uint8Array> {
  return findReply(address, READ_ALL, ([status, count, ...states]) =>
    status === 0 && count === states.length ? Uint8Array.from(states) : undefined,
  );
}

function findReply<T>(
  address: number,
  command: number,
  understand: (data: Uint8Array) => T | undefined,
): FindReply<T> {
  const parse = (rest: Uint8Array): Found<T> | undefined => {
    const bytes = frameLength(rest);
    if (bytes === undefined || rest[5] !== address) return undefined;
    const data = rest.subarray(7, bytes - 1);
    const mine = rest[6] === command;
    if ((mine || rest[6] === FAILURE) && data[0] === FAILED) {
      return { refusal: 'the board says that it failed', bytes };
    }
    const reply = mine ? understand(data) : undefined;
    return reply === undefined ? undefined : { reply, bytes };
  };
  return besideEvents((received) => firstFrame(received, parse), eventLength);
}

/** A change that the board tells unasked: channel and state. */
function eventLength(rest: Uint8Array): number | undefined {
  return rest[6] === EVENT ? frameLength(rest) : undefined;
}

/** The length of the whole and valid frame that begins here, if one does. */
function frameLength(rest: Uint8Array): number | undefined {
  if (!startsWith(rest, START)) return undefined;
  const length = rest[4] ?? 0;
  if (length < FRAME_LENGTH_MIN || rest.length < length) return undefined;
  return xorOf(rest.subarray(0, length - 1)) === rest[length - 1] ? length : undefined;
}

function frame(address: number, command: number, ...data: number[]): Uint8Array {
  const bytes = [...START, FRAME_LENGTH_MIN + data.length, address, command, ...data];
  return Uint8Array.of(...bytes, xorOf(Uint8Array.from(bytes)));
}
