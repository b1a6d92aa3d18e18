import { type FindReply, firstFrame, sumOf } from './find-reply.ts';

/**
 * Frames of the KERONG KR-CU16: `02 ADDR CMD 03 SUM`, where ADDR holds the board in its upper and the
 * lock, counted from 0, in its lower half.
 */

const START = 0x02;
const END = 0x03;
const STATUS = 0x30;
const UNLOCK = 0x31;
const UNLOCK_ALL = 0x33;
const STATUS_REPLY = 0x35;
const STATUS_REPLY_LENGTH = 9;

export function encodeStatus(board: number): Uint8Array {
  return withSum(START, board << 4, STATUS, END);
}

export function encodeUnlock(board: number, lock: number): Uint8Array {
  return withSum(START, (board << 4) | lock, UNLOCK, END);
}

export function encodeUnlockAll(board: number): Uint8Array {
  return withSum(START, board << 4, UNLOCK_ALL, END);
}

/** Two bytes each, bit 0 of the first byte the first; a hook's bit is set while it is locked. */
export function findStatusReply(board: number): FindReply<{ hooks: Uint8Array; infrared: Uint8Array }> {
  return (received) =>
    firstFrame(received, (rest) => {
      const [start, address = 0, command] = rest;
      if (rest.length < STATUS_REPLY_LENGTH || start !== START || command !== STATUS_REPLY) return undefined;
      if (address >> 4 !== board || rest[7] !== END || sumOf(rest.subarray(0, 8)) !== rest[8]) {
        return undefined;
      }
      return {
        reply: { hooks: rest.slice(3, 5), infrared: rest.slice(5, 7) },
        bytes: STATUS_REPLY_LENGTH,
      };
    });
}

function withSum(...bytes: number[]): Uint8Array {
  return Uint8Array.of(...bytes, sumOf(Uint8Array.from(bytes)));
}
