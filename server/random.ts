import { createHash, randomFillSync } from 'node:crypto';

/** The server's one source of chance: no other file of the server draws random numbers. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** A UUID of version 7 (RFC 9562 section 5.7), lower case. Throws RangeError for a time outside 48 bits. */
  uuidv7(nowMs: number): string;
}

/** From the operating system's generator: fit for keys and secrets. */
export function realRandom(): Random {
  return fromBytes((count) => randomFillSync(new Uint8Array(count)));
}

/** The same seed yields the same bytes on every machine: for simulations and tests, never for secrets. */
export function seededRandom(seed: string): Random {
  let drawn = 0;
  let left = new Uint8Array(0);
  return fromBytes((count) => {
    const result = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      if (left.length === 0)
        left = new Uint8Array(createHash('sha256').update(`${drawn++}:${seed}`).digest());
      const part = left.subarray(0, count - filled);
      result.set(part, filled);
      filled += part.length;
      left = left.subarray(part.length);
    }
    return result;
  });
}

function fromBytes(bytes: Random['bytes']): Random {
  return {
    bytes,
    uuidv7(nowMs) {
      if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48)
        throw new RangeError(`${nowMs} is not a time in Unix milliseconds`);
      const id = new Uint8Array(16);
      id.set(bytes(10), 6);
      const view = new DataView(id.buffer);
      view.setUint16(0, Math.floor(nowMs / 2 ** 32));
      view.setUint32(2, nowMs % 2 ** 32);
      view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
      view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
      const hex = Buffer.from(id.buffer).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}
