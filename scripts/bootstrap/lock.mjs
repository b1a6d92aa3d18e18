import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from './failure.mjs';

const pollMs = 200;

/**
 * Lets one bootstrap at a time install into this checkout; the others wait and then find everything there.
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} install
 * @returns {Promise<T>}
 */
export async function withLock(root, install) {
  const folder = join(root, '.tools');
  const lock = join(folder, 'bootstrap.lock');
  const mine = `${lock}.${process.pid}`;
  writing(root, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(mine, String(process.pid));
  });
  try {
    let told = false;
    while (!take(mine, lock)) {
      const holder = readHolder(lock);
      if (holder === undefined || !isAlive(holder)) {
        rmSync(lock, { force: true });
        continue;
      }
      if (!told) process.stderr.write(`latchwork: waiting for process ${holder}, which is installing here\n`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    return await install();
  } finally {
    if (readHolder(lock) === process.pid) rmSync(lock, { force: true });
    rmSync(mine, { force: true });
  }
}

/**
 * A link is made whole or not at all, so a lock never exists without its owner's number in it.
 * @param {string} mine
 * @param {string} lock
 */
function take(mine, lock) {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} lock */
function readHolder(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
