import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** The system's cryptographically strong source. */
export function realRandom(): Random {
  return { bytes: (count) => new Uint8Array(randomBytes(count)) };
}
