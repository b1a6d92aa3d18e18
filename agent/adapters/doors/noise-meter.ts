import type { BoardReading } from '../../ports/lock-board.ts';

/** Of so many readings the last ones are judged. */
export const NOISE_READINGS = 50;
/** From so many disturbed ones on the line is called noisy; it still works, since readings are repeated. */
export const NOISY_FROM = 10;
/** And quiet again only at so few, so that a line at the edge does not tell both in turn. */
const QUIET_TO = 2;

/** How often a board's readings hold bytes that belong to no reply, or nothing else. Silence is no noise. */
export interface NoiseMeter {
  /** Returns what the board has just become, once. */
  see(reading: BoardReading): 'noisy' | 'quiet' | undefined;
  /** In words, of the last readings. */
  share(): string;
}

export function noiseMeter(): NoiseMeter {
  const last: boolean[] = [];
  let noisy = false;
  const disturbed = () => last.filter(Boolean).length;
  return {
    see: (reading) => {
      if (!reading.ok && reading.reason !== 'garbage') return undefined;
      last.push(!reading.ok || reading.noise > 0);
      if (last.length > NOISE_READINGS) last.shift();
      if (noisy ? disturbed() > QUIET_TO : disturbed() < NOISY_FROM) return undefined;
      noisy = !noisy;
      return noisy ? 'noisy' : 'quiet';
    },
    share: () => `${disturbed()} of the last ${last.length} readings had noise or were garbage`,
  };
}
