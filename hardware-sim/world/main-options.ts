import { parseArgs } from 'node:util';
import type { Job } from './job.ts';
import { mutants } from './mutants.ts';

export const usage = `npm run sim [-- OPTIONS]
  --seeds N      worlds to simulate (default 50; 1 when --seed is given)
  --seed S       the first seed (default 1); without --seeds that world alone
  --mutants      mutants only: deliberate mistakes, each of which must be caught
  --mutant NAME  one mutant only, with the trace of how it was caught
  --json         nothing but the last line, unless something is wrong
A world is one locker with its server, its people and its faults for some hours, all from its seed. Without options for
one world or one mutant, all mutants follow the worlds. The last line is JSON; the exit status is 0 only when no promise
was broken and every mutant was caught.`;

export type MainOptions =
  | { ok: true; jobs: Job[]; isQuiet: boolean; showsCatch: boolean }
  | { ok: false; reason: string };

const seedsDefault = 50;
const seedsMax = 1_000_000;
/** Worlds in which a mutant must be caught. */
const seedsPerMutant = 40;
/** One world in so many is lived twice, to prove that its seed replays. */
const replayEvery = 10;

export function parseMainOptions(args: readonly string[]): MainOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        seed: { type: 'string' },
        mutants: { type: 'boolean' },
        mutant: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const isQuiet = values.json === true;
    return { ok: true, jobs: jobsFor(values), isQuiet, showsCatch: values.mutant !== undefined };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function jobsFor(values: { seeds?: string; seed?: string; mutants?: boolean; mutant?: string }): Job[] {
  const seed = whole('seed', values.seed ?? '1');
  const isOneWorld = values.seed !== undefined && values.seeds === undefined;
  const hunt = (name: string): Job => ({ kind: 'mutant', name, seed, seedsMax: seedsPerMutant });
  const names = mutants.map(({ name }) => name);
  if (values.mutant !== undefined) {
    if (!names.includes(values.mutant))
      throw new Error(`there is no mutant "${values.mutant}"; there are:\n  ${names.join('\n  ')}`);
    return [hunt(values.mutant)];
  }
  if (values.mutants) return names.map(hunt);
  const count = isOneWorld ? 1 : whole('seeds', values.seeds ?? String(seedsDefault));
  const worlds = Array.from({ length: count }, (_, n): Job => {
    return { kind: 'world', seed: seed + n, replay: n % replayEvery === 0 };
  });
  return isOneWorld ? worlds : [...worlds, ...names.map(hunt)];
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > seedsMax)
    throw new Error(`--${name} ${text}: give a whole number up to ${seedsMax}`);
  return value;
}
