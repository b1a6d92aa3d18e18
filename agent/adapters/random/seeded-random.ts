import type { Random } from '../../ports/random.ts';

/**
 * The same bytes for the same seed, for tests and simulations; worthless as a secret. The generator
 * is splitmix32, whose 32 bits of state suffice to shake a scenario.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) & 0xff;
  };
  return { bytes: (count) => Uint8Array.from({ length: count }, next) };
}
