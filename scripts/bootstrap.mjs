// Brings what the sources need and then runs one of them. Plain JavaScript, because it must run on any Node
// from 18 on; everything after it runs on the Node that it brings. All its own words go to standard error,
// so that the last line of standard output belongs to the command.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDebianTools } from './bootstrap/debian.mjs';
import { dependenciesReady, installDependencies } from './bootstrap/dependencies.mjs';
import { explain, Failure } from './bootstrap/failure.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { runEntry } from './bootstrap/run.mjs';
import { installToolchain, planToolchain, toolchainReady } from './bootstrap/toolchain.mjs';

/** What each `npm run` command starts. @type {Record<string, string>} */
const entries = {
  start: 'scripts/start/main.ts',
  test: 'scripts/test.ts',
  sim: 'hardware-sim/world/main.ts',
  bench: 'scripts/bench/main.ts',
  gpio: 'scripts/gpio/main.ts',
  agent: 'agent/main.ts',
  server: 'server/main.ts',
  release: 'scripts/release/main.ts',
};

try {
  process.exitCode = await bootstrap(process.argv[2], process.argv.slice(3));
} catch (error) {
  process.stderr.write(explain(error));
  process.exitCode = 1;
}

/**
 * @param {string | undefined} command
 * @param {string[]} args for the entry
 * @returns {Promise<number>} the exit status of the entry
 */
async function bootstrap(command, args) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const entry = join(root, findEntry(command));
  if (!existsSync(entry)) {
    throw new Failure(`${entry} is missing.`, 'This checkout is not complete: clone it again.');
  }
  const toolchain = planToolchain(root);
  const ready = () => toolchainReady(toolchain) && dependenciesReady(root, toolchain);
  if (!ready()) {
    await withLock(root, async () => {
      if (!toolchainReady(toolchain)) await installToolchain(toolchain);
      if (!dependenciesReady(root, toolchain)) await installDependencies(root, toolchain);
    });
  }
  await ensureDebianTools(root, command ?? '');
  return runEntry(toolchain.node, [entry, ...args], withCompileCache(root, toolchain.env));
}

/**
 * Sources are TypeScript: with what Node made of them at hand, the agent starts in half the time and three quarters
 * of the memory. Node itself judges whether an entry is still true.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withCompileCache(root, env) {
  return { NODE_COMPILE_CACHE: join(root, '.tools', 'compile-cache'), ...env };
}

/** @param {string | undefined} command */
function findEntry(command) {
  const entry = command !== undefined && Object.hasOwn(entries, command) ? entries[command] : undefined;
  if (entry !== undefined) return entry;
  throw new Failure(
    command === undefined ? 'No command was given.' : `There is no command "${command}".`,
    `Use one of: ${Object.keys(entries).join(', ')}.`,
  );
}
