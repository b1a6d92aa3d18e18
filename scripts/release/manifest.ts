import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes what `install.sh` checks on the card: MANIFEST, as `sha256sum --check` reads it, with every file but itself and
 * VERSION; and LINKS, `path TAB target` for every link.
 */
export function writeManifest(tree: string): void {
  for (const own of ['MANIFEST', 'LINKS', 'VERSION']) rmSync(join(tree, own), { force: true });
  const links = pathsIn(tree, (entry) => entry.isSymbolicLink());
  const targets = links.map((path) => `${path}\t${readlinkSync(join(tree, path))}\n`);
  writeFileSync(join(tree, 'LINKS'), targets.join(''));
  const files = pathsIn(tree, (entry) => entry.isFile());
  const digests = files.map((path) => `${sha256(join(tree, path))}  ${path}\n`);
  writeFileSync(join(tree, 'MANIFEST'), digests.join(''));
}

/** Sorted, hidden folders too, since pnpm keeps the packages in one; and what a link leads to only where it is. */
function pathsIn(tree: string, wanted: (entry: Dirent) => boolean): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(tree, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return inFolder(path);
      return wanted(entry) ? [path] : [];
    });
  return inFolder('').sort();
}

/** Two releases of one version differ in name as soon as one byte differs, so that they can lie side by side. */
export function nameAfterContent(tree: string, version: string, arch: string): string {
  return `${version}-${arch}-${sha256(join(tree, 'MANIFEST')).slice(0, 12)}`;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
