import { mutants } from './mutants.ts';
import { runWorld, type WorldReport } from './world.ts';

/** One piece of a simulation: a world, its replay, or the hunt for a mutant. Plain data, as are the results. */
export type Job =
  | { kind: 'world'; seed: number; replay: boolean }
  /** Worlds from this seed on, with a mistake in them, until one breaks the promise that the mistake breaks. */
  | { kind: 'mutant'; name: string; seed: number; seedsMax: number };

export type JobResult =
  | { kind: 'world'; report: WorldReport }
  /** `caught` is the world that caught it. */
  | { kind: 'mutant'; name: string; caught: WorldReport | undefined };

export async function performJob(job: Job): Promise<JobResult> {
  if (job.kind === 'world') return { kind: 'world', report: await live(job) };
  const mutant = mutants.find(({ name }) => name === job.name);
  if (!mutant) throw new Error(`there is no mutant "${job.name}"`);
  for (let seed = job.seed; seed < job.seed + job.seedsMax; seed += 1) {
    const report = await runWorld(seed, mutant.wire());
    if (report.violations.some(({ promise }) => promise === mutant.breaks))
      return { kind: 'mutant', name: job.name, caught: report };
  }
  return { kind: 'mutant', name: job.name, caught: undefined };
}

async function live({ seed, replay }: Extract<Job, { kind: 'world' }>): Promise<WorldReport> {
  const report = await runWorld(seed);
  if (!replay) return report;
  const again = await runWorld(seed);
  if (again.digest === report.digest) return report;
  const differs = { promise: 'I17', detail: `a second run of seed ${seed} went another way` } as const;
  return { ...report, violations: [...report.violations, differs] };
}
