import type { FindReply } from './find-reply.ts';

/**
 * Some adapters hear what they send. The unlock reply of a board may equal the request byte for byte,
 * so an echo must be known beforehand: a probe is a query whose echo can never be a valid reply.
 */
export function findEcho(probe: Uint8Array): FindReply<boolean> {
  return (received, quiet) =>
    quiet && received.length > 0
      ? { reply: indexOf(received, probe) >= 0, bytes: received.length }
      : undefined;
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
