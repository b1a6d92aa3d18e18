/** All that happens by chance in a simulated world, from one seed: the same seed yields the same world. */
export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  maybe(probability: number): boolean;
  one<T>(of: readonly T[]): T;
  /** How long until the next of things that come on average every `meanMs`; never more than ten times that. */
  waitMs(meanMs: number): number;
  /** A source of its own, so that one part of the world drawing more often does not shift the others. */
  fork(name: string): Chance;
}

/** The generator is splitmix32: 32 bits of state suffice to shake a world, and nothing here is secret. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    maybe: (probability) => next() < probability,
    one(of) {
      const found = of[whole(0, of.length - 1)];
      if (found === undefined) throw new RangeError('there is nothing to choose from');
      return found;
    },
    waitMs: (meanMs) => Math.round(Math.min(10, -Math.log(1 - next())) * meanMs),
    fork: (name) => chanceFrom(mix(seed, name)),
  };
}

/** FNV-1a over the name, begun from the seed. */
function mix(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
