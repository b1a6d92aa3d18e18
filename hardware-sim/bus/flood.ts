import type { Clock } from '../clock.ts';

const EVERY_MS = 50;
const MS_PER_SECOND = 1000;
/** An odd multiplier and addend of a full-period generator: garbage, but the same garbage each time. */
const MULTIPLIER = 1_103_515_245;
const ADDEND = 12_345;

/** Garbage that keeps coming at `bytesPerS` until it is called off; the same bytes on every run. */
export function startFlood(options: {
  clock: Clock;
  bytesPerS: number;
  send: (bytes: Uint8Array) => void;
}): () => void {
  const { clock, bytesPerS } = options;
  let seed = 1;
  let owed = 0;
  let cancel = () => {};
  const nextByte = () => {
    seed = (Math.imul(seed, MULTIPLIER) + ADDEND) >>> 0;
    return (seed >>> 16) & 0xff;
  };
  const pour = () => {
    owed += (bytesPerS * EVERY_MS) / MS_PER_SECOND;
    const count = Math.floor(owed);
    owed -= count;
    if (count > 0) options.send(Uint8Array.from({ length: count }, nextByte));
    cancel = clock.after(EVERY_MS, pour);
  };
  pour();
  return () => cancel();
}
