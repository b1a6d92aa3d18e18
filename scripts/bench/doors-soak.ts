import { soak } from '@latchwork/hardware-sim';
import type { Bench, BenchPlace, Figures } from './bench.ts';

const opens = 100_000;
const sayEveryShifts = 25;

/** Whether anything in a journal is ever not so, however the cabinet misbehaves. */
export const doorsSoak: Bench = {
  name: 'doors-soak',
  says: 'facts in the journal that are not so, pulses over their limits and wrong doors, on misbehaving cabinets',
  load: `${opens} openings by the real drivers and the real core on simulated clocks and lines, people and a technician at the unit, agents killed and started anew, troubles of every kind by chance; each shift from its own seed`,
  reach: { ratio: 'falsehoods of all kinds by 100,000 openings', atMost: 0 },
  run: measure,
};

async function measure({ say }: BenchPlace): Promise<Figures> {
  let shifts = 0;
  let opened = 0;
  const tally = await soak({
    opens,
    seed: 1,
    onShift: (shift) => {
      shifts += 1;
      opened += shift.opens;
      for (const { rule, slot, detail } of shift.falsehoods)
        say(`seed ${shift.seed}, slot ${slot}, ${rule}: ${detail}`);
      if (shifts % sayEveryShifts === 0) say(`${opened} of ${opens} openings`);
    },
  });
  const { falsehoods, troubles, facts, ...counts } = tally;
  return {
    ratio: (falsehoods / tally.opens) * 100_000,
    ...counts,
    falsehoods,
    ...named('trouble', troubles),
    ...named('fact', facts),
  };
}

function named(what: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([name, count]) => [`${what}: ${name}`, count]));
}
