import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { Reporter, TestCase } from 'vitest/node';

/** What `npm run gpio` runs, on a kernel with simulated lines: one after another, since all share one chip. */
export default defineConfig({
  cacheDir: join(tmpdir(), 'latchwork-vite'),
  test: {
    include: ['agent/adapters/gpio/*.gpio.test.ts'],
    // The root may be read-only.
    cache: false,
    fsModuleCache: false,
    fsModuleCachePath: join(tmpdir(), 'latchwork-vitest'),
    pool: 'forks',
    fileParallelism: false,
    // An emulated machine takes half a second to start a program.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: [lineReporter()],
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});

/** One line for each check, with what it measured, and a last line that counts them. */
function lineReporter(): Reporter {
  const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  const words = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip', pending: 'none' };
  return {
    onTestCaseResult: (test: TestCase) => {
      const { state, errors = [] } = test.result();
      counts[state] += 1;
      const details = [...test.annotations(), ...(state === 'failed' ? errors : [])];
      console.log(
        [`${words[state]}  ${test.fullName}`, ...details.map(({ message }) => message)].join('\n      '),
      );
    },
    onTestRunEnd: (modules, unhandled) => {
      const errors = [...unhandled, ...modules.flatMap((module) => module.errors())];
      for (const { message } of errors) console.log(`FAIL  ${message}`);
      console.log(`${counts.passed} passed, ${counts.failed + errors.length} failed`);
    },
  };
}
