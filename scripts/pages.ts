import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from './pages/build-page.ts';
import { isFresh, stampOf } from './pages/stamp.ts';
import { root as projectRoot } from './test/run-program.ts';

/** Folders with a Vite configuration of their own; each is built to `dist` within it. */
const pageFolders = ['agent/kiosk', 'server/web', 'hardware-sim/panel/page'];

export interface BuildPagesOptions {
  /** Build even what is fresh. */
  force?: boolean;
  root?: string;
  folders?: readonly string[];
  say?(line: string): void;
}

/**
 * Builds the web pages whose sources, or the versions they are built with, changed since their last build. A folder
 * without a Vite configuration is passed over. Rejects with Vite's own words; the last good build then stays.
 * @returns the folders that were built
 */
export async function buildPages(options: BuildPagesOptions = {}): Promise<string[]> {
  const { force = false, root = projectRoot, folders = pageFolders } = options;
  const say = options.say ?? ((line: string) => process.stderr.write(`${line}\n`));
  const built: string[] = [];
  for (const name of folders) {
    const folder = join(root, name);
    if (!existsSync(join(folder, 'vite.config.ts'))) continue;
    const stamp = stampOf(folder, join(root, 'pnpm-lock.yaml'));
    if (!force && isFresh(folder, stamp)) continue;
    say(`building the pages of ${name}`);
    await buildPage(folder, stamp);
    built.push(name);
  }
  return built;
}
