import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-program.ts';

export interface StaticCheck {
  name: string;
  command: string;
  args: string[];
}

/** Web pages are browser code with compiler settings of their own. */
const pageFolders = ['agent/kiosk', 'server/web', 'hardware-sim/panel/page'];

/** What `npm test` checks without running our code, in order. Each counts as one test. */
export function staticChecks(): StaticCheck[] {
  const pages = pageFolders.filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
  return [
    {
      name: 'Format and lint',
      ...program('biome', 'check', '--error-on-warnings', '--diagnostic-level=warn'),
    },
    ...['.', ...pages].map((folder) => ({
      name: `Types of ${folder === '.' ? 'the project' : folder}`,
      ...program('tsc', '--noEmit', '-p', folder),
    })),
    { name: 'Dead files and exports', ...program('knip', '--no-config-hints') },
    ...webPages(),
  ];
}

/** Built before the tests that open them; in a process of its own, so that a build cannot disturb the run. */
function webPages(): StaticCheck[] {
  if (!existsSync(join(root, 'scripts/pages.ts'))) return [];
  const build = `const { buildPages } = await import('./scripts/pages.ts'); await buildPages();`;
  return [{ name: 'Web pages', command: process.execPath, args: ['--input-type=module', '--eval', build] }];
}

function program(name: string, ...args: string[]) {
  return { command: join(root, 'node_modules', '.bin', name), args };
}
