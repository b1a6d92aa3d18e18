import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { summarise } from './failure.mjs';
import { runQuietly } from './run.mjs';
import { debianTools } from './wanted.mjs';

/** Where it did not help, for instance without a network, the next start is not held up by another try. */
const retryAfterMs = 60 * 60 * 1000;
const aptOptions = [
  '-o',
  'DPkg::Lock::Timeout=60',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'Acquire::http::Timeout=20',
];

/**
 * Installs the Debian packages that the command can use, where that needs no more rights than we have.
 * Whatever happens here is no error: what needs a missing tool says so itself.
 * @param {string} root
 * @param {string} command
 */
export async function ensureDebianTools(root, command) {
  const missing = debianTools.filter(
    (tool) => tool.neededBy.includes(command) && !tool.commands.some(onPath),
  );
  if (missing.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  const mark = join(root, '.tools', 'debian-tried');
  if (triedLately(mark)) return;
  const packages = missing.map((tool) => tool.package);
  const names = packages.join(' and ');
  // Without lists there is nothing to install from; with old ones a failed update need not matter.
  await aptGet(`Reading Debian's package lists for ${names}`, ['update']);
  const { ok, output } = await aptGet(`Installing ${names} from Debian`, [
    ...['install', '--yes', '--no-install-recommends'],
    ...packages,
  ]);
  if (missing.every((tool) => tool.commands.some(onPath))) return;
  if (!ok) {
    process.stderr.write(
      `latchwork: ${names} could not be installed (${summarise(output)}).\n` +
        `  What needs it is skipped. To install it by hand: apt-get install ${packages.join(' ')}\n`,
    );
  }
  mkdirSync(join(root, '.tools'), { recursive: true });
  writeFileSync(mark, `${names}\n`);
}

/**
 * @param {string} what
 * @param {string[]} args
 */
async function aptGet(what, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  // Under umask 077 apt's own helper user could not read what root has just downloaded.
  const before = process.umask(0o022);
  const running = runQuietly(what, 'apt-get', [...aptOptions, ...args], { env });
  process.umask(before);
  return running;
}

/** @param {string} program */
function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    if (folder === '') return false;
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {string} mark */
function triedLately(mark) {
  try {
    return Date.now() - statSync(mark).mtimeMs < retryAfterMs;
  } catch {
    return false;
  }
}
