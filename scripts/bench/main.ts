import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type BenchPlace, type Figures, isReached, reachInWords } from './bench.ts';
import { benches } from './benches.ts';

/**
 * `npm run bench [-- NAME [--json]]`: alone, the list; with a name, that bench. With `--json` the last line of standard
 * output is one JSON object. The exit status says whether the bench could be run, not whether its reach was met.
 */
const say = (line: string) => process.stderr.write(`${line}\n`);

try {
  await main();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  // Whatever a failed bench left open must not keep this process.
  process.exit(1);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  const [name, ...more] = positionals;
  if (name === undefined) {
    for (const bench of benches)
      process.stdout.write(`${bench.name.padEnd(12)}${bench.says} (${reachInWords(bench.reach)})\n`);
    return;
  }
  const bench = benches.find((one) => one.name === name);
  if (!bench || more.length > 0)
    throw new Error(
      `there is no bench "${positionals.join(' ')}": choose one of ${benches.map((one) => one.name).join(', ')}`,
    );
  const report = await run(bench);
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else for (const [figure, value] of Object.entries(report)) process.stdout.write(`${figure}: ${value}\n`);
}

async function run(bench: Bench) {
  say(`${bench.name}: ${bench.load}`);
  const scratch = resolve(import.meta.dirname, '../../.latchwork/bench');
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, `${bench.name}-`));
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const place: BenchPlace = {
    folder,
    say: (line) => say(`${bench.name}: ${line}`),
    atEnd: (close) => void closers.push(close),
  };
  const machineLoadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  const startedAt = performance.now();
  try {
    const figures: Figures = await Promise.race([bench.run(place), interrupted()]);
    return {
      bench: bench.name,
      ...figures,
      reach: reachInWords(bench.reach),
      reached: isReached(bench.reach, figures),
      load: bench.load,
      tookSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
      processors: availableParallelism(),
      // Others at work on the same machine are in every figure.
      machineLoadBefore,
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Rejects at the first signal, so that whatever runs is ended in order. */
function interrupted(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
}
