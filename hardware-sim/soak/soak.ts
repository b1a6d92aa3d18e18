import { runJobs } from '../run-jobs.ts';
import { type ShiftReport, soakShift } from './shift.ts';

export interface SoakOptions {
  /** Shifts are lived until so many openings were pulsed. */
  opens: number;
  /** Of the first shift; each one after it has the next. */
  seed: number;
  /** Called as each shift ends. */
  onShift?: (shift: ShiftReport) => void;
}

export interface SoakTally {
  shifts: number;
  opens: number;
  pulses: number;
  collected: number;
  falsehoods: number;
  troubles: Record<string, number>;
  facts: Record<string, number>;
}

/** A shift that pulses fewer doors than this on average would be a bug of the soak. */
const opensPerShiftMin = 20;

/**
 * Opens doors of misbehaving cabinets with the real drivers and the real core on simulated clocks and lines, on all
 * processors, and holds every journal against its cabinet's own record. The same options yield the same shifts.
 */
export async function soak({ opens, seed, onShift = () => {} }: SoakOptions): Promise<SoakTally> {
  const tally: SoakTally = {
    ...{ shifts: 0, opens: 0, pulses: 0, collected: 0, falsehoods: 0 },
    ...{ troubles: {}, facts: {} },
  };
  const seeds = Array.from({ length: Math.ceil(opens / opensPerShiftMin) }, (_, n) => seed + n);
  const crew = { worker: new URL('./worker.ts', import.meta.url), perform: soakShift };
  await runJobs<number, ShiftReport>(seeds, crew, (shift) => {
    tally.shifts += 1;
    for (const figure of ['opens', 'pulses', 'collected'] as const) tally[figure] += shift[figure];
    tally.falsehoods += shift.falsehoods.length;
    addUp(tally.troubles, shift.troubles);
    addUp(tally.facts, shift.facts);
    onShift(shift);
    return tally.opens < opens;
  });
  return tally;
}

function addUp(sums: Record<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [word, count] of counts) sums[word] = (sums[word] ?? 0) + count;
}
