import { parseArgs } from 'node:util';
import type { ShiftReport } from './shift.ts';
import { soak } from './soak.ts';

const usage = `node hardware-sim/soak/main.ts [--opens N] [--seed S]
  --opens N  openings to live through (default 100000; 1 with --seed: that shift alone)
  --seed S   the first shift (default 1)
Tells every fact of a journal that is not so. The last line is JSON; the exit status is 0 only when there is none.`;

const falsehoodsShown = 10;
const say = (line: string) => process.stderr.write(`${line}\n`);

const { opens, seed } = options();
const tally = await soak({ opens, seed, onShift: tellShift });
process.stdout.write(`${JSON.stringify(tally)}\n`);
process.exitCode = tally.falsehoods === 0 ? 0 : 1;

function tellShift({ seed: of, opens: opened, falsehoods }: ShiftReport): void {
  for (const { rule, slot, atMs, detail, during } of falsehoods.slice(0, falsehoodsShown))
    say(`  slot ${slot}, ${new Date(atMs).toISOString()}, ${rule}: ${detail}; ${during.join(', ')}`);
  if (falsehoods.length > 0)
    say(`seed ${of}: ${opened} opens, ${falsehoods.length} falsehoods; again: --seed ${of}`);
}

function options(): { opens: number; seed: number } {
  try {
    const { values } = parseArgs({ options: { opens: { type: 'string' }, seed: { type: 'string' } } });
    return {
      opens: whole('opens', values.opens ?? (values.seed === undefined ? '100000' : '1')),
      seed: whole('seed', values.seed ?? '1'),
    };
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0)
    throw new Error(`--${name} ${text}: give a whole number from 1`);
  return Number(text);
}
