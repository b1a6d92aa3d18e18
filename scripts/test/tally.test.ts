import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './run-program.ts';
import { addTallies, formatTally, tallyVitest } from './tally.ts';

describe('tallyVitest, on what Vitest really writes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchwork-tally-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function tally(files: Record<string, string>) {
    const run = mkdtempSync(join(folder, 'run-'));
    for (const [name, source] of Object.entries(files)) {
      writeFileSync(
        join(run, name),
        `import { beforeAll, describe, expect, test } from 'vitest';\n${source}`,
      );
    }
    const report = join(run, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', `--root=${run}`, '--reporter=json', `--outputFile=${report}`];
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    return tallyVitest(JSON.parse(readFileSync(report, 'utf8')), status === 0);
  }

  test('passed, failed, skipped and planned tests', () => {
    const source = `test('a', () => {}); test('b', () => {}); test('c', () => expect(1).toBe(2));
      describe.skipIf(true)('d', () => { test('e', () => {}); test('f', () => {}); }); test.todo('g');`;
    expect(tally({ 'a.test.ts': source })).toEqual({ passed: 2, failed: 1, skipped: 3 });
  });

  test('a file that cannot be loaded counts as a failure beside those that can', () => {
    const files = { 'a.test.ts': `test('a', () => {});`, 'b.test.ts': `import './nowhere.ts';` };
    expect(tally(files)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  test('a hook that fails counts, though its tests only count as skipped', () => {
    const source = `beforeAll(() => { throw new Error('no'); }); test('a', () => {});`;
    expect(tally({ 'a.test.ts': source })).toMatchObject({ passed: 0, failed: 1 });
  });

  test('an error outside every test counts', () => {
    const source = `test('a', () => { Promise.reject(new Error('nobody waits for this')); });`;
    expect(tally({ 'a.test.ts': source })).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  test('no tests at all count as a failure', () => {
    expect(tally({})).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

test('a run of Vitest that leaves no report is one failure', () => {
  expect(tallyVitest(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('tallies add up, and skipped ones are named only where there are any', () => {
  const total = addTallies([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 40, failed: 1, skipped: 2 },
  ]);
  expect(formatTally(total)).toBe('41 passed, 1 failed, 2 skipped');
  expect(formatTally({ ...total, skipped: 0 })).toBe('41 passed, 1 failed');
});
