import type { FindReply } from './find-reply.ts';

/**
 * Some adapters hear what they send. The unlock reply of a board may equal the request byte for byte,
 * so an echo must be known beforehand: a probe is a query whose echo can never be a valid reply.
 */
export interface EchoProbe {
  bytes: Uint8Array;
  findReply: FindReply<unknown>;
}

/** `unclear`: what came was no echo and no reply, or what came before the reply may be an echo that noise spoilt. */
export function findEcho({ bytes, findReply }: EchoProbe): FindReply<'echo' | 'none' | 'unclear'> {
  return (received, quiet) => {
    if (received.length === 0) return undefined;
    if (holds(received, bytes)) return { reply: 'echo', bytes: received.length };
    const found = findReply(received, quiet);
    if (found === undefined) return quiet ? { reply: 'unclear', bytes: received.length } : undefined;
    const before = received.subarray(0, received.length - found.bytes);
    // Some lines glitch before every reply. A glitch that shares no byte with the probe is no part of its echo.
    const spoilt = before.some((byte) => bytes.includes(byte));
    return { reply: spoilt ? 'unclear' : 'none', bytes: received.length };
  };
}

/** The echo comes back first: its first occurrence is cut out, a second one is the board's own. */
export function withoutEcho(received: Uint8Array, sent: Uint8Array): Uint8Array {
  const at = indexOf(received, sent);
  if (at < 0) return received;
  return Uint8Array.of(...received.subarray(0, at), ...received.subarray(at + sent.length));
}

/** Whether what was sent is among what came. */
export function holds(received: Uint8Array, sent: Uint8Array): boolean {
  return indexOf(received, sent) >= 0;
}

function indexOf(received: Uint8Array, wanted: Uint8Array): number {
  for (let at = 0; at + wanted.length <= received.length; at++) {
    if (wanted.every((byte, offset) => received[at + offset] === byte)) return at;
  }
  return -1;
}
