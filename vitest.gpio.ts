import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/*
 * Vitest for `npm run gpio`, in one process and without workers: on an emulated machine those take longer to start than
 * Vitest waits, and a root that is read-only leaves no room for its caches. The same test files, run one after another
 * since they share one chip; one line for each test, with what it measured.
 */
const testTimeoutMs = 120_000;
const self = import.meta.url;

registerHooks({
  resolve: (specifier, context, next) => {
    const ours = context.parentURL !== self && !context.parentURL?.includes('/node_modules/');
    return specifier === 'vitest' && ours ? { url: self, shortCircuit: true } : next(specifier, context);
  },
});
// Not awaited here: the tests import this very file, and it has to have run before they do.
void main();

type Hook = () => void | Promise<void>;
interface TestContext {
  skip(why: string): never;
  annotate(what: string): Promise<void>;
}
interface Test {
  name: string;
  run: (context: TestContext) => void | Promise<void>;
}

class Skipped extends Error {}

export { expect } from 'vitest';

export function describe(name: string, define: () => void): void {
  register().path.push(name);
  define();
  register().path.pop();
}

export function test(name: string, run: Test['run']): void {
  register().tests.push({ name: [...register().path, name].join(' > '), run });
}
export { test as it };

export function beforeAll(hook: Hook): void {
  register().before.push(hook);
}

export function afterAll(hook: Hook): void {
  register().after.push(hook);
}

export function afterEach(hook: Hook): void {
  register().afterEach.push(hook);
}

interface Register {
  path: string[];
  tests: Test[];
  before: Hook[];
  after: Hook[];
  afterEach: Hook[];
}

/** Made at its first use, which may come before this file has run to its end. */
function register(): Register {
  const holder = globalThis as { gpioTests?: Register };
  holder.gpioTests ??= { path: [], tests: [], before: [], after: [], afterEach: [] };
  return holder.gpioTests;
}

async function main(): Promise<void> {
  const counts = { passed: 0, failed: 0 };
  await import(pathToFileURL(join(import.meta.dirname, 'agent/adapters/gpio/kernel.gpio.test.ts')).href);
  const { tests, before, after } = register();
  for (const hook of before) await hook();
  for (const one of tests) {
    const outcome = await runTest(one);
    if (outcome !== 'skipped') counts[outcome] += 1;
  }
  for (const hook of after) await hook();
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
}

async function runTest({ name, run }: Test): Promise<'passed' | 'failed' | 'skipped'> {
  const details: string[] = [];
  const context: TestContext = {
    skip: (why) => {
      throw new Skipped(why);
    },
    annotate: async (what) => void details.push(what),
  };
  const say = (word: string) => console.log([`${word} ${name}`, ...details].join('\n       '));
  try {
    await inTime(async () => run(context));
    await inTime(async () => {
      for (const hook of register().afterEach) await hook();
    });
    say('ok    ');
    return 'passed';
  } catch (error) {
    details.push(error instanceof Error ? error.message : String(error));
    say(error instanceof Skipped ? 'skip  ' : 'FAILED');
    return error instanceof Skipped ? 'skipped' : 'failed';
  }
}

async function inTime(run: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${testTimeoutMs} ms`)), testTimeoutMs);
  });
  await Promise.race([run(), late]).finally(() => clearTimeout(timer));
}
