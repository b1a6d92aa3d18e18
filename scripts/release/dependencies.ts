import { globSync, lstatSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planToolchain } from '../bootstrap/toolchain.mjs';
import { root } from '../test/run-program.ts';
import { runCommand } from './run-command.ts';

/** What packages bring along for others: other machines, compilers, readers, and pnpm's own notes. */
const needless = [
  'node_modules/.modules.yaml',
  'node_modules/.pnpm-workspace-state*.json',
  'node_modules/.pnpm/lock.yaml',
  '**/node_modules/.bin',
  'node_modules/.pnpm/better-sqlite3@*/node_modules/better-sqlite3/{deps,src}',
  'node_modules/.pnpm/@types+*',
  'node_modules/.pnpm/node_modules',
  'node_modules/.pnpm/*/node_modules/@types',
  'node_modules/.pnpm/*/node_modules/*/{test,tests,integration-test,example,examples,benchmark,benchmarks,docs}',
  'node_modules/.pnpm/**/*.{map,d.ts,d.mts,d.cts}',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
];

/**
 * Installs into a copied tree exactly what the lockfile says the agent needs in production, for another processor too:
 * every native part but `onoff`'s comes ready-made within its package. Nothing is run.
 */
export async function installDependencies(tree: string, arch: string): Promise<void> {
  const { node, pnpm, env } = planToolchain(root);
  writeFileSync(join(tree, 'pnpm-workspace.yaml'), workspaceOf(arch));
  await runCommand(
    node,
    [
      pnpm,
      'install',
      '--prod',
      '--frozen-lockfile',
      '--ignore-scripts',
      '--prefer-offline',
      '--config.package-import-method=copy',
    ],
    { cwd: tree, env: { ...env, CI: 'true' } },
  );
  for (const path of globSync([...needless, ...foreignPrebuilds(arch)], { cwd: tree }))
    rmSync(join(tree, path), { recursive: true, force: true });
  removeEmptyFolders(join(tree, 'node_modules'));
  writeFileSync(
    join(tree, 'package.json'),
    `${JSON.stringify({ name: 'latchwork', private: true, license: 'Apache-2.0', type: 'module' }, null, 2)}\n`,
  );
}

function workspaceOf(arch: string): string {
  return `packages: [shared, agent]
pmOnFail: ignore
supportedArchitectures: { os: [linux], cpu: [${arch}], libc: [glibc] }
`;
}

/** Raspberry Pi OS is Debian: glibc. */
function foreignPrebuilds(arch: string): string[] {
  const prebuilds = 'node_modules/.pnpm/*/node_modules/{*,@*/*}/prebuilds';
  return [`${prebuilds}/!(linux-${arch}|linux-${arch}.node)`, `${prebuilds}/linux-${arch}/*.musl.node`];
}

function removeEmptyFolders(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) removeEmptyFolders(path);
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
