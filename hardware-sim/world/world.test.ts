import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { performJob } from './job.ts';
import { parseMainOptions } from './main-options.ts';
import { mutants } from './mutants.ts';
import { promises } from './promises.ts';
import { runWorld, type WorldReport } from './world.ts';

// The short form of `npm run sim`: each world is some hours of one locker, its server, its people and its faults.

const groups = [1, 6, 11, 16].map((first) => Array.from({ length: 5 }, (_, n) => first + n));

test.each(groups)('seeds %d, %d, %d, %d and %d keep every promise', async (...seeds) => {
  const reports: WorldReport[] = [];
  for (const seed of seeds) reports.push(await runWorld(seed));
  for (const { seed, violations, trace } of reports)
    expect(violations, `seed ${seed}\n${trace.slice(-40).join('\n')}`).toEqual([]);
  // Otherwise nothing was put to the test.
  const sum = (of: 'collected' | 'cuts' | 'pulses') =>
    reports.reduce((total, { counts }) => total + counts[of], 0);
  expect(sum('collected')).toBeGreaterThan(20);
  expect(sum('cuts')).toBeGreaterThan(20);
  expect(sum('pulses')).toBeGreaterThan(sum('collected'));
});

test('a seed replays byte for byte, and another one is another world', async () => {
  const [first, again, other] = [await runWorld(2), await runWorld(2), await runWorld(3)];
  expect(again).toEqual(first);
  expect(other.digest).not.toBe(first.digest);
});

describe('a mutant', () => {
  test.each(mutants)('is caught: $name ($breaks)', async ({ name }) => {
    const result = await performJob({ kind: 'mutant', name, seed: 1, seedsMax: 40 });
    expect(result).toMatchObject({ kind: 'mutant', caught: { violations: expect.any(Array) } });
  });

  test('breaks each promise that a wrong wiring can break', () => {
    const broken = new Set(mutants.map(({ breaks }) => breaks));
    const unbroken = Object.keys(promises).filter((name) => !broken.has(name as keyof typeof promises));
    // A second run going another way, and an agent that ends by itself, take a mistake in the code itself.
    expect(unbroken).toEqual(['I17', 'crash']);
  });
});

describe('the command', () => {
  test('ends with one JSON line', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'main.ts'),
      ...['--seed', '4', '--json'],
    ]);
    expect(JSON.parse(stdout)).toEqual({
      seeds: 1,
      violations: 0,
      lockerDays: expect.any(Number),
      mutants: { total: 0, killed: 0 },
    });
  });

  test('runs worlds and then mutants, or what it is asked for alone', () => {
    const jobs = (...args: string[]) => {
      const options = parseMainOptions(args);
      return options.ok ? options.jobs.map((job) => job.kind) : options.reason;
    };
    const all = mutants.map(() => 'mutant');
    expect(jobs('--seeds', '2')).toEqual(['world', 'world', ...all]);
    expect(jobs('--seeds', '2', '--seed', '9')).toEqual(['world', 'world', ...all]);
    expect(jobs('--seed', '9')).toEqual(['world']);
    expect(jobs('--mutants')).toEqual(all);
    expect(jobs('--mutant', 'a pulse is sent twice')).toEqual(['mutant']);
    expect(jobs('--mutant', 'none')).toMatch(/no mutant "none"; there are:\n {2}a pulse is repeated/);
    expect(jobs('--seeds', 'many')).toBe('--seeds many: give a whole number up to 1000000');
  });
});
