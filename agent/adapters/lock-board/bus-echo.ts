import type { FindReply } from './find-reply.ts';

/**
 * Some adapters hear what they send. The unlock reply of a board may equal the request byte for byte,
 * so an echo must be known beforehand: a probe is a query whose echo can never be a valid reply.
 */
export interface EchoProbe {
  bytes: Uint8Array;
  findReply: FindReply<unknown>;
}

/** `unclear`: what came was neither, as where noise spoilt it. */
export function findEcho({ bytes, findReply }: EchoProbe): FindReply<'echo' | 'none' | 'unclear'> {
  return (received, quiet) => {
    if (!quiet || received.length === 0) return undefined;
    const silent = findReply(received, true) === undefined ? 'unclear' : 'none';
    return { reply: indexOf(received, bytes) >= 0 ? 'echo' : silent, bytes: received.length };
  };
}

/** The echo comes back first: its first occurrence is cut out, a second one is the board's own. */
export function withoutEcho(received: Uint8Array, sent: Uint8Array): Uint8Array {
  const at = indexOf(received, sent);
  if (at < 0) return received;
  return Uint8Array.of(...received.subarray(0, at), ...received.subarray(at + sent.length));
}

function indexOf(received: Uint8Array, wanted: Uint8Array): number {
  for (let at = 0; at + wanted.length <= received.length; at++) {
    if (wanted.every((byte, offset) => received[at + offset] === byte)) return at;
  }
  return -1;
}
