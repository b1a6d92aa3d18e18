import { runJobs } from '../run-jobs.ts';
import { type Job, type JobResult, performJob } from './job.ts';
import { parseMainOptions, usage } from './main-options.ts';
import { promises } from './promises.ts';
import type { WorldReport } from './world.ts';

const traceShown = 60;
const violationsShown = 5;
const dayMs = 86_400_000;

const say = (line: string) => process.stderr.write(`${line}\n`);

const options = parseMainOptions(process.argv.slice(2));
if (!options.ok) {
  say(`${options.reason}\n${usage}`);
  process.exit(2);
}
const { jobs, isQuiet, showsCatch } = options;
const tally = { seeds: 0, violations: 0, lockerDays: 0, mutants: { total: 0, killed: 0 } };
const crew = { worker: new URL('./worker.ts', import.meta.url), perform: performJob };
await runJobs<Job, JobResult>(jobs, crew, (result) => {
  if (result.kind === 'world') takeWorld(result.report);
  else takeMutant(result);
  return true;
});
const lockerDays = Math.round(tally.lockerDays * 100) / 100;
process.stdout.write(`${JSON.stringify({ ...tally, lockerDays })}\n`);
process.exitCode = tally.violations === 0 && tally.mutants.killed === tally.mutants.total ? 0 : 1;

function takeWorld(report: WorldReport): void {
  const { seed, violations, simulatedMs, counts, digest } = report;
  tally.seeds += 1;
  tally.violations += violations.length;
  tally.lockerDays += simulatedMs / dayMs;
  const { lines, collected, cuts } = counts;
  if (violations.length > 0) tellBroken(report);
  else if (!isQuiet)
    say(
      `seed ${seed}: ${lines} facts, ${collected} parcels collected, ${cuts} power cuts, digest ${digest.slice(0, 8)}`,
    );
}

function takeMutant({ name, caught }: Extract<JobResult, { kind: 'mutant' }>): void {
  tally.mutants.total += 1;
  if (caught) tally.mutants.killed += 1;
  else say(`mutant NOT CAUGHT: ${name}`);
  if (caught && showsCatch) tellBroken(caught);
  else if (caught && !isQuiet) say(`mutant caught in seed ${caught.seed}: ${name}`);
}

function tellBroken({ seed, violations, trace }: WorldReport): void {
  for (const line of trace.slice(-traceShown)) say(`  ${line}`);
  for (const { promise, detail } of violations.slice(0, violationsShown))
    say(`seed ${seed} breaks ${promise} (${promises[promise]}): ${detail}`);
  say(`again: npm run sim -- --seed ${seed}`);
}
