import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPages } from '../pages.ts';
import { temporaryFolder } from '../start/temporary-folder.ts';
import { root } from '../test/run-program.ts';
import { installDependencies } from './dependencies.ts';
import { nameAfterContent, writeManifest } from './manifest.ts';
import { addNativeParts } from './native-parts.ts';
import { fetchNode } from './node-runtime.ts';
import { packArchive } from './pack-archive.ts';
import { releasedSources } from './released-sources.ts';

export interface ReleaseOptions {
  /** As in `process.arch`. */
  arch: string;
  /** The folder that the archive is put into. */
  out: string;
  say(line: string): void;
}

export interface Release {
  /** Version, processor and fingerprint: two archives of one name have the same content. */
  release: string;
  archive: string;
  bytes: number;
  /** What could not be built here, and what the agent does without it. */
  missing: string[];
}

/** Makes the archive that a locker is installed from: the same sources on the same tools make the same bytes. */
export async function buildRelease({ arch, out, say }: ReleaseOptions): Promise<Release> {
  const work = temporaryFolder('latchwork-release-');
  try {
    const tree = join(work, 'tree');
    await buildPages({ say, folders: ['agent/kiosk'] });
    copySources(tree);
    say(`installing the production dependencies for ${arch}`);
    await installDependencies(tree, arch);
    const node = await fetchNode(arch, say);
    copyInto(tree, 'node/bin/node', join(node, 'bin/node'));
    copyInto(tree, 'node/LICENSE', join(node, 'LICENSE'));
    const missing = await addNativeParts({ tree, arch, headers: join(node, 'include/node') });
    for (const what of missing) say(`left out: ${what}`);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    writeManifest(tree);
    const release = nameAfterContent(tree, version, arch);
    writeFileSync(join(tree, 'VERSION'), `${release}\n`);
    mkdirSync(out, { recursive: true });
    const archive = join(out, `latchwork-${release}.tar.gz`);
    say(`packing ${archive}`);
    const bytes = await packArchive(tree, `latchwork-${release}`, archive);
    return { release, archive, bytes, missing };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function copySources(tree: string): void {
  for (const path of releasedSources()) copyInto(tree, path, join(root, path));
  const laid = join(import.meta.dirname, 'archive');
  for (const entry of globSync('**/*', { cwd: laid, withFileTypes: true }))
    if (entry.isFile()) {
      const from = join(entry.parentPath, entry.name);
      copyInto(tree, from.slice(laid.length + 1), from);
    }
}

function copyInto(tree: string, path: string, from: string): void {
  const to = join(tree, path);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
