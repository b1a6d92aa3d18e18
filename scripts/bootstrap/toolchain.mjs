import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure, summarise } from './failure.mjs';
import { runQuietly } from './run.mjs';
import { wanted } from './wanted.mjs';

/**
 * @typedef {object} Toolchain
 * @property {string} root
 * @property {string} folder where npm puts what is fetched
 * @property {Record<string, string>} packages npm packages that must be in the folder, with their versions
 * @property {string} node path of the Node that runs everything else
 * @property {string} nodeVersion
 * @property {string} pnpm path of pnpm's JavaScript entry
 * @property {NodeJS.ProcessEnv} env with that Node first on PATH
 */

/**
 * Decides which Node and pnpm will be used, without touching anything.
 * @param {string} root
 * @returns {Toolchain}
 */
export function planToolchain(root) {
  const folder = join(root, '.tools');
  const modules = join(folder, 'node_modules');
  const pnpm = join(modules, 'pnpm', 'bin', 'pnpm.mjs');
  const fresh = Number(process.versions.node.split('.')[0]) >= wanted.nodeMajorMin;
  if (fresh) {
    const env = withFirstOnPath(dirname(process.execPath));
    const packages = { pnpm: wanted.pnpm };
    return { root, folder, packages, node: process.execPath, nodeVersion: process.versions.node, pnpm, env };
  }
  if (process.platform !== 'linux' || !wanted.cpus.includes(process.arch)) {
    throw new Failure(
      `Latchwork needs Node ${wanted.nodeMajorMin}; this is Node ${process.versions.node}, and there is no ready-made one for ${process.platform} on ${process.arch}.`,
      `Install Node ${wanted.nodeMajorMin} or newer yourself (https://nodejs.org) and run this again.`,
    );
  }
  const name = `node-linux-${process.arch}`;
  const home = join(modules, name);
  return {
    root,
    folder,
    packages: { [name]: wanted.node, pnpm: wanted.pnpm },
    node: join(home, 'bin', 'node'),
    nodeVersion: wanted.node,
    pnpm,
    // Native parts are built for the Node whose headers lie here, not for the one that npm runs on.
    env: { ...withFirstOnPath(join(home, 'bin')), npm_config_nodedir: home },
  };
}

/** @param {Toolchain} toolchain */
export function toolchainReady(toolchain) {
  const installed = readInstalled(toolchain.folder);
  return Object.entries(toolchain.packages).every(([name, version]) => installed[name] === version);
}

/** @param {Toolchain} toolchain */
export async function installToolchain(toolchain) {
  // One call with every package, also those that are there already: npm removes what a call does not name.
  const packages = Object.entries({ ...readInstalled(toolchain.folder), ...toolchain.packages });
  const args = ['install', '--prefix', toolchain.folder, '--no-save', '--no-package-lock'];
  args.push('--include=optional', '--no-audit', '--no-fund', '--loglevel=error');
  args.push('--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000');
  const names = packages.map(([name, version]) => `${name}@${version}`);
  const what = `Fetching ${describe(toolchain)}`;
  const { ok, output } = await runQuietly(what, 'npm', [...args, ...names], { env: process.env });
  if (!ok || !toolchainReady(toolchain)) throw couldNotFetch(toolchain, output);
  try {
    execFileSync(toolchain.node, ['--version'], { stdio: 'pipe' });
  } catch (error) {
    throw new Failure(
      `The fetched Node ${toolchain.nodeVersion} does not run here: ${/** @type {Error} */ (error).message}`,
      `It needs glibc. Install Node ${wanted.nodeMajorMin} or newer yourself and run this again.`,
    );
  }
}

/**
 * npm writes its hidden lockfile last, so a package that it lists is there as a whole.
 * @param {string} folder
 * @returns {Record<string, string>} name → version, of the packages that we may have put there
 */
function readInstalled(folder) {
  /** @type {{ packages?: Record<string, { version?: string }> }} */
  let lockfile;
  try {
    lockfile = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  } catch {
    return {};
  }
  const ours = ['pnpm', ...wanted.cpus.map((cpu) => `node-linux-${cpu}`)];
  return Object.fromEntries(
    ours.flatMap((name) => {
      const version = lockfile.packages?.[`node_modules/${name}`]?.version;
      return version === undefined ? [] : [[name, version]];
    }),
  );
}

/**
 * @param {Toolchain} toolchain
 * @param {string} output of npm
 */
function couldNotFetch(toolchain, output) {
  const reason = summarise(output);
  if (toolchain.packages[`node-linux-${process.arch}`] === undefined) {
    return new Failure(
      `pnpm ${wanted.pnpm} could not be fetched: ${reason}`,
      'Connect this machine to a network where npm works and run this again.',
    );
  }
  return new Failure(
    `Latchwork needs Node ${wanted.nodeMajorMin}; this is Node ${process.versions.node}, and ${describe(toolchain)} could not be fetched: ${reason}`,
    `Connect this machine to a network where npm works and run this again,\nor install Node ${wanted.nodeMajorMin} or newer yourself (https://nodejs.org).`,
  );
}

/** @param {Toolchain} toolchain */
function describe(toolchain) {
  const names = Object.entries(toolchain.packages).map(([name, version]) =>
    name === 'pnpm' ? `pnpm ${version}` : `Node ${version}`,
  );
  return names.join(' and ');
}

/** @param {string} folder */
function withFirstOnPath(folder) {
  return { ...process.env, PATH: [folder, process.env.PATH].filter(Boolean).join(delimiter) };
}
