import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { wanted } from '../bootstrap/wanted.mjs';
import { root } from '../test/run-program.ts';
import { runCommand } from './run-command.ts';

/**
 * The folder of Node for a processor: the npm package that the checkout itself uses, fetched once and kept below
 * `.tools`. npm checks it against the registry's own digest.
 */
export async function fetchNode(arch: string, say: (line: string) => void): Promise<string> {
  const name = `node-linux-${arch}`;
  const own = join(root, '.tools/node_modules', name);
  if (versionOf(own) === wanted.node) return own;
  const kept = join(root, '.tools/release', `${name}-${wanted.node}`);
  if (versionOf(kept) === wanted.node) return kept;
  say(`fetching Node ${wanted.node} for ${arch}`);
  const draft = `${kept}.${process.pid}`;
  try {
    mkdirSync(draft, { recursive: true });
    // Packed and not installed: npm would refuse a package for another processor.
    const packed = await runCommand('npm', ['pack', `${name}@${wanted.node}`, '--silent'], { cwd: draft });
    await runCommand('tar', ['-xzf', packed.trim()], { cwd: draft });
    rmSync(kept, { recursive: true, force: true });
    renameSync(join(draft, 'package'), kept);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return kept;
}

function versionOf(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(join(folder, 'bin/node')) || !existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
