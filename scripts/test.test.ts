import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Runs `npm test -- ARGS` without npm, on a machine that has none of the outside programs. */
function npmTest(...args: string[]) {
  const script = fileURLToPath(new URL('test.ts', import.meta.url));
  const env = { PATH: '/nowhere', HOME: process.env.HOME, NO_COLOR: '1' };
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  return { status, lines, last: lines.at(-1) };
}

test('arguments go to Vitest, missing tools are named, and the last line has the figures', () => {
  const { status, lines, last } = npmTest('scripts/tools.test.ts');
  expect(lines.filter((line) => line.startsWith('== '))).toEqual([
    '== Tests',
    expect.stringContaining('ok in'),
  ]);
  expect(lines).toContain('skipped: socat (apt-get install socat)');
  expect(lines).toContain('skipped: chromium (apt-get install chromium)');
  expect(last).toMatch(/^[1-9]\d* passed, 0 failed$/);
  expect(status).toBe(0);
});

test('--require-all fails where something is missing, with the same figures', () => {
  const { status, last } = npmTest('--require-all', 'scripts/tools.test.ts');
  expect(last).toMatch(/^[1-9]\d* passed, 0 failed$/);
  expect(status).toBe(1);
});

test('a filter that finds no tests fails', () => {
  expect(npmTest('no-such-test-anywhere')).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
});
