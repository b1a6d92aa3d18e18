import { Interrupted, runProgram } from './test/run-program.ts';
import { staticChecks } from './test/static-checks.ts';
import { addTallies, formatTally, type Tally } from './test/tally.ts';
import { runVitest } from './test/vitest.ts';
import { findTools, missingTools } from './tools.ts';

/**
 * `npm test [-- [--require-all] [vitest arguments]]`: every check in order, or, with arguments for Vitest, only
 * Vitest. The last line counts them all; the exit status is 0 only when nothing failed.
 */
const args = process.argv.slice(2);
const requireAll = args.includes('--require-all');
const vitestArgs = args.filter((arg) => arg !== '--require-all');

try {
  await runEverything();
} catch (error) {
  if (!(error instanceof Interrupted)) throw error;
  process.exitCode = error.status;
}

async function runEverything(): Promise<void> {
  const tallies: Tally[] = [];
  if (vitestArgs.length === 0) {
    for (const check of staticChecks()) {
      tallies.push(await underHeading(check.name, () => runProgram(check.command, check.args)));
    }
  }
  tallies.push(await underHeading('Tests', () => runVitest(vitestArgs)));

  const missing = missingTools(findTools());
  const total = addTallies(tallies);
  const incomplete = requireAll && (total.skipped > 0 || missing.length > 0);
  console.log();
  for (const line of missing) console.log(line);
  if (incomplete) console.log('--require-all: what is skipped counts as a failure of this run');
  console.log(formatTally(total));
  if (total.failed > 0 || incomplete) process.exitCode = 1;
}

async function underHeading(name: string, run: () => Promise<Tally>): Promise<Tally> {
  console.log(`\n== ${name}`);
  const startedAt = performance.now();
  const tally = await run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`== ${name}: ${tally.failed > 0 ? 'FAILED' : 'ok'} in ${seconds} s`);
  return tally;
}
