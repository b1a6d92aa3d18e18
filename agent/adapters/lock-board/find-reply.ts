/**
 * Looks for the answer to one question in all that came since it was sent; undefined while there is
 * none. `quiet`: nothing came for a while, so that an answer that carries no length has ended.
 */
export type FindReply<T> = (received: Uint8Array, quiet: boolean) => Found<T> | undefined;

/** An answer, or the board's own word that it will not. `bytes`: how many of the received ones are good frames. */
export type Found<T> = { reply: T; bytes: number } | { refusal: string; bytes: number };

/** For a board that never answers a question: whatever comes is somebody else's. */
export const findNothing: FindReply<never> = () => undefined;

/** The first whole frame that `parse` takes, wherever it begins: what lies before it is noise. */
export function firstFrame<T>(
  received: Uint8Array,
  parse: (rest: Uint8Array) => Found<T> | undefined,
): Found<T> | undefined {
  for (let start = 0; start < received.length; start++) {
    const found = parse(received.subarray(start));
    if (found !== undefined) return found;
  }
  return undefined;
}

export function mapReply<T, U>(find: FindReply<T>, change: (reply: T) => U): FindReply<U> {
  return (received, quiet) => {
    const found = find(received, quiet);
    if (found === undefined || 'refusal' in found) return found;
    return { reply: change(found.reply), bytes: found.bytes };
  };
}

/** Counts frames that a board sends unasked among the good bytes, so that they never look like noise. */
export function besideEvents<T>(
  find: FindReply<T>,
  eventLength: (rest: Uint8Array) => number | undefined,
): FindReply<T> {
  return (received, quiet) => {
    const found = find(received, quiet);
    if (found === undefined) return undefined;
    let bytes = found.bytes;
    for (let start = 0; start < received.length; ) {
      const length = eventLength(received.subarray(start)) ?? 0;
      bytes += length;
      start += Math.max(1, length);
    }
    return { ...found, bytes: Math.min(bytes, received.length) };
  };
}

export function startsWith(bytes: Uint8Array, opening: readonly number[]): boolean {
  return opening.every((byte, at) => bytes[at] === byte);
}

export function xorOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** Bit 0 of the first byte is the first; what was not sent is undefined. */
export function bitsOf(bytes: Uint8Array, count: number): (boolean | undefined)[] {
  return Array.from({ length: count }, (_, at) => {
    const byte = bytes[Math.floor(at / 8)];
    return byte === undefined ? undefined : (byte >> (at % 8)) % 2 === 1;
  });
}

export function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}
