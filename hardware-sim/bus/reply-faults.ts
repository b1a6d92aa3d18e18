import type { LockLineFaults } from '../cabinet/faults.ts';

/** Seen in the wild before replies of `bcc8a` boards. */
const NOISE = [0xfa, 0xfd, 0x99, 0x99] as const;
const FLIPPED_BIT = 0x04;

/** What the line's faults make of the replies that are sent on it, one after another. */
export interface ReplyFaults {
  /** The bytes that leave instead of this reply, and how much later. */
  spoil(reply: Uint8Array, faults: LockLineFaults): { bytes: Uint8Array; delayMs: number };
}

export function createReplyFaults(): ReplyFaults {
  let replies = 0;

  return {
    spoil: (reply, { noise, truncated, late }) => {
      replies += 1;
      const strikes = (fault: { everyNth: number } | null) =>
        fault !== null && replies % fault.everyNth === 0;
      let bytes = reply;
      if (truncated && strikes(truncated)) {
        bytes = bytes.slice(0, Math.max(0, bytes.length - truncated.bytesLost));
      }
      if (noise && strikes(noise)) {
        bytes = noise.style === 'beforeReplies' ? noisy(bytes, noise.bytes ?? NOISE.length) : garble(bytes);
      }
      return { bytes, delayMs: late && strikes(late) ? late.delayMs : 0 };
    },
  };
}

/** Boards that talk at once pull the line low where any of them does. */
export function collide(first: Uint8Array, second: Uint8Array): Uint8Array {
  const [long, short] = first.length >= second.length ? [first, second] : [second, first];
  return long.map((byte, at) => byte & (short[at] ?? 0xff));
}

function noisy(reply: Uint8Array, count: number): Uint8Array {
  const noise = Array.from({ length: count }, (_, at) => NOISE[at % NOISE.length] ?? 0);
  return Uint8Array.from([...noise, ...reply]);
}

function garble(reply: Uint8Array): Uint8Array {
  return reply.with(-1, (reply.at(-1) ?? 0) ^ FLIPPED_BIT);
}
