import { globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/run-program.ts';

/** Of the checkout, what a locker needs. The tree stays as it is: Node runs no TypeScript below `node_modules`. */
const wanted = [
  'LICENSE',
  'docs/install.md',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  '{agent,shared}/package.json',
  '{agent,shared}/**/*.ts',
  'agent/migrations/*.sql',
  'agent/kiosk/dist/**',
];

/** Tests and what only they use; the pages' sources, which are in the release as built; what stands in for the world. */
const unwanted = [
  '**/node_modules/**',
  '**/*.test.ts',
  '**/*testing*.ts',
  'agent/contracts/**',
  'agent/kiosk/*.ts',
  'agent/kiosk/dist/.sources',
];

/** Paths from the root, sorted. Of the agent, with the fakes that its index.ts names: they are a few kilobytes. */
export function releasedSources(): string[] {
  const left = new Set(globSync(unwanted, { cwd: root }));
  return globSync(wanted, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.replace(/\/$/, '').length + 1))
    .filter((path) => !left.has(path) && !path.includes('node_modules/'))
    .sort();
}
