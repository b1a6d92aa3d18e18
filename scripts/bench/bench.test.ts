import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isReached, reachInWords } from './bench.ts';
import { benches } from './benches.ts';
import { median, quantile, rounded, spread } from './statistics.ts';

const main = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args]);

const names = ['open', 'journal', 'ingest', 'boot', 'doors-poll', 'doors-open', 'doors-soak'];

test('alone, it lists every bench on a line with what it measures and what it is to reach', async () => {
  const { stdout } = await main();
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(names);
  for (const [index, bench] of benches.entries()) {
    expect(lines[index]).toContain(bench.says);
    expect(lines[index]).toContain(reachInWords(bench.reach));
  }
});

test('a name that no bench has is an error that names those there are', async () => {
  await expect(main('speed')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`there is no bench "speed": choose one of ${names.join(', ')}`),
  });
});

test.each(benches)('$name says what it runs, and has exactly one limit for its ratio', ({ load, reach }) => {
  expect(load).toMatch(/\d/);
  expect([reach.atLeast, reach.atMost].filter((limit) => limit !== undefined)).toHaveLength(1);
});

describe('a reach', () => {
  const reach = { ratio: 'p50 by the floor', atMost: 1.5, figuresAtMost: { residentMebibytes: 120 } };

  test('holds when the ratio and every other figure keep to their limits', () => {
    expect(isReached(reach, { ratio: 1.5, residentMebibytes: 120 })).toBe(true);
    expect(isReached(reach, { ratio: 1.51, residentMebibytes: 120 })).toBe(false);
    expect(isReached(reach, { ratio: 1, residentMebibytes: 121 })).toBe(false);
    expect(isReached(reach, { ratio: 1 })).toBe(false);
    expect(isReached({ ratio: 'more', atLeast: 0.8 }, { ratio: 0.79 })).toBe(false);
  });

  test('is not judged without a ratio', () => {
    expect(isReached(reach, { ratio: null })).toBeNull();
  });

  test('can be read', () => {
    expect(reachInWords(reach)).toBe('p50 by the floor at most 1.5; residentMebibytes at most 120');
  });
});

describe('statistics', () => {
  const values = [9, 1, 8, 2, 7, 3, 6, 4, 5, 10];

  test('are of values that were measured', () => {
    expect(median(values)).toBe(5);
    expect(quantile(values, 0.99)).toBe(10);
    expect(quantile([4], 0.1)).toBe(4);
    expect(() => median([])).toThrow(RangeError);
  });

  test('name their unit and spread, and pretend no precision', () => {
    expect(spread('commit', 'Ms', values)).toEqual({ commitMs: 5, commitP10Ms: 1, commitP90Ms: 9 });
    expect(rounded(0.123456)).toBe(0.1235);
  });
});
