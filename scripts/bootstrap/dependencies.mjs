import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, summarise, writing } from './failure.mjs';
import { runQuietly } from './run.mjs';
import { wanted } from './wanted.mjs';

/** @typedef {import('./toolchain.mjs').Toolchain} Toolchain */

/**
 * @param {string} root
 * @param {Toolchain} toolchain
 */
export function dependenciesReady(root, toolchain) {
  try {
    return readFileSync(stampFile(root), 'utf8') === fingerprint(root, toolchain);
  } catch {
    return false;
  }
}

/**
 * @param {string} root
 * @param {Toolchain} toolchain
 */
export async function installDependencies(root, toolchain) {
  // Gone before pnpm starts, so that an install that was cut short is never taken for a whole one.
  writing(root, () => rmSync(stampFile(root), { force: true }));
  // CI keeps pnpm from asking questions; `--prod=false` holds where NODE_ENV says production.
  const { ok, output } = await runQuietly(
    'Installing the dependencies',
    toolchain.node,
    [toolchain.pnpm, 'install', '--frozen-lockfile', '--prod=false'],
    { cwd: root, env: { ...toolchain.env, CI: 'true' } },
  );
  if (!ok) {
    throw new Failure(
      `The dependencies could not be installed: ${summarise(output)}`,
      'Connect this machine to a network where npm works, see that the disk has room, and run this again.',
    );
  }
  writing(root, () => writeFileSync(stampFile(root), fingerprint(root, toolchain)));
}

/** Inside node_modules, so that it goes when the dependencies go. @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.latchwork-stamp');
}

/**
 * @param {string} root
 * @param {Toolchain} toolchain
 */
function fingerprint(root, toolchain) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  hash.update(`node ${toolchain.nodeVersion} ${process.arch} pnpm ${wanted.pnpm}`);
  return hash.digest('hex');
}
