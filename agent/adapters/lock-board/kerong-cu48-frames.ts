import { type FindReply, firstFrame, startsWith, sumOf } from './find-reply.ts';

/** Frames of the KERONG KR-CU48, protocol v2.1: `02 ADDR LOCK CMD 03 SUM`, locks counted from 0 on the wire. */

const START = 0x02;
const END = 0x03;
const STATUS = 0x50;
const UNLOCK = 0x51;
const STATUS_REPLY = 0x65;
const STATUS_REPLY_LENGTH = 12;
/** In place of an address: every board on the line. */
export const ALL_BOARDS = 0x0a;
/** In place of a lock. */
export const ALL_LOCKS = 0x30;

export function encodeStatus(address: number): Uint8Array {
  return withSum(START, address, 0, STATUS, END);
}

export function encodeUnlock(address: number, lock: number): Uint8Array {
  return withSum(START, address, lock, UNLOCK, END);
}

/** The bytes D1 to D6: bit 0 of D1 is the first lock, set while it is locked. Twelve bytes, `02 ADDR xx 65 D1..D6 03 SUM`. */
export function findStatusReply(address: number): FindReply<Uint8Array> {
  return (received) =>
    firstFrame(received, (rest) => {
      if (rest.length < STATUS_REPLY_LENGTH || !startsWith(rest, [START, address])) return undefined;
      if (rest[3] !== STATUS_REPLY || rest[10] !== END || sumOf(rest.subarray(0, 11)) !== rest[11]) {
        return undefined;
      }
      return { reply: rest.slice(4, 10), bytes: STATUS_REPLY_LENGTH };
    });
}

function withSum(...bytes: number[]): Uint8Array {
  return Uint8Array.of(...bytes, sumOf(Uint8Array.from(bytes)));
}
