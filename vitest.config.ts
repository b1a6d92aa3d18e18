import { defineConfig } from 'vitest/config';

/** Suffixes that take a file out of the unit tests. */
const suites = ['integration', 'browser', 'walk', 'gpio'];
const withPostgres = { globalSetup: ['./vitest.postgres.ts'] };

/** Four projects, told apart by the file's suffix: see CONTRIBUTING.md. `gpio` has a command of its own. */
export default defineConfig({
  test: {
    globalSetup: ['./vitest.tools.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.tools/**', '.latchwork/**'],
    // A locker's computer is slow and so are shared test machines: a timeout here means stuck, not slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    // Node runs our TypeScript as it is, here as everywhere; nothing is transformed, nothing mocked.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', ...suites.map((suite) => `**/*.${suite}.test.{ts,tsx}`)],
          // Our modules keep no state and do nothing on import, so files may share a process: twice as fast.
          isolate: false,
        },
      },
      project('integration', withPostgres),
      project('browser', { globalSetup: [...withPostgres.globalSetup, './vitest.browser.ts'] }),
      // A walk starts every process of the system, so walks run alone and after everything else.
      project('walk', {
        ...withPostgres,
        fileParallelism: false,
        sequence: { groupOrder: 1 },
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
    ],
  },
});

function project<Options extends object>(name: string, options: Options) {
  return { extends: true as const, test: { name, include: [`**/*.${name}.test.{ts,tsx}`], ...options } };
}
