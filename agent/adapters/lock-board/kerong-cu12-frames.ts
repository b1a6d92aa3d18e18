import { type FindReply, firstFrame, startsWith, sumOf } from './find-reply.ts';

/**
 * Frames of the KERONG KR-CU12 (NCU12): `02 ADDR LOCK CMD ASK LEN 03 SUM` and LEN bytes of data behind,
 * which SUM covers too. Locks count from 0 on the wire.
 */

const START = 0x02;
const END = 0x03;
const HEAD_LENGTH = 8;
/** More than any reply has; bounds what a false length could wait for. */
const DATA_BYTES_MAX = 32;
const REQUEST = 0x00;

const commands = { status: 0x80, unlock: 0x81, unlockTime: 0x82, version: 0x8f } as const;
export type Cu12Command = keyof typeof commands;

/** What a reply says of its request, by its ASK byte. */
export type Cu12Answer = 'ok' | 'failed' | 'timed out' | 'unknown command' | 'bad checksum';
const answers: Readonly<Record<number, Cu12Answer>> = {
  16: 'ok',
  17: 'failed',
  18: 'timed out',
  19: 'unknown command',
  20: 'bad checksum',
};

export interface Cu12Request {
  address: number;
  lock: number;
  command: Cu12Command;
  data?: readonly number[];
}

export function encodeRequest({ address, lock, command, data = [] }: Cu12Request): Uint8Array {
  const head = [START, address, lock, commands[command], REQUEST, data.length, END];
  return Uint8Array.of(...head, sumOf(Uint8Array.of(...head, ...data)), ...data);
}

/** The reply to a request, whatever it says; the request's own echo is none. */
export function findReply({
  address,
  lock,
  command,
}: Cu12Request): FindReply<{ answer: Cu12Answer; data: Uint8Array }> {
  return (received) =>
    firstFrame(received, (rest) => {
      if (!startsWith(rest, [START, address, lock, commands[command]]) || rest[6] !== END) return undefined;
      const answer = answers[rest[4] ?? REQUEST];
      const dataLength = rest[5] ?? 0;
      const bytes = HEAD_LENGTH + dataLength;
      if (answer === undefined || dataLength > DATA_BYTES_MAX || rest.length < bytes) return undefined;
      const data = rest.slice(HEAD_LENGTH, bytes);
      if (sumOf(Uint8Array.of(...rest.subarray(0, HEAD_LENGTH - 1), ...data)) !== rest[7]) return undefined;
      return { reply: { answer, data }, bytes };
    });
}
