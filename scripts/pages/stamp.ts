import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Within `dist`, so that a build and its stamp come and go together. */
export const stampName = '.sources';

const notSources = ['dist/**', '.dist-*/**', '**/node_modules/**', '**/*.test.{ts,tsx}'];

/** Names everything that a build is made of: each file with its content, and the lockfile for the tools. */
export function stampOf(folder: string, lockfile: string): string {
  const hash = createHash('sha256');
  const files = globSync('**/*', { cwd: folder, exclude: notSources, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...files, lockfile]) {
    const content = readFileSync(file);
    // The length keeps the end of one file from passing for the start of the next.
    hash.update(`${relative(folder, file)}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

export function isFresh(folder: string, stamp: string): boolean {
  try {
    return readFileSync(join(folder, 'dist', stampName), 'utf8') === stamp;
  } catch {
    return false;
  }
}
