import { globSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../start/temporary-folder.ts';
import { buildRelease, type Release } from '../build-release.ts';
import { runCommand } from '../run-command.ts';
import { cleanDebian } from './clean-debian.ts';
import { enrolledFolder } from './enrolled-folder.ts';
import { runForeign } from './foreign-processor.ts';
import { lifeOfALocker } from './life-of-a-locker.ts';
import { bootMachine } from './machine.ts';
import { type Step, type Stepper, stepper } from './step.ts';

const needed = ['debootstrap', 'systemd-nspawn', 'shellcheck', 'nsenter', 'tar'];

/**
 * Proves the release on this machine: builds both archives, installs one into a clean Debian, boots that, and lives through
 * hangs, upgrades, a broken release and the removal; runs the other under an emulator. Leaves nothing behind.
 */
export async function checkRelease({
  say,
}: {
  say(line: string): void;
}): Promise<{ ok: boolean; steps: Step[] }> {
  await assertPossible();
  const work = temporaryFolder('latchwork-release-check-');
  const steps: Step[] = [];
  const step = stepper(steps, say);
  try {
    await checkAll(work, step, say);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { ok: steps.every(({ ok }) => ok), steps };
}

async function checkAll(work: string, step: Stepper, say: (line: string) => void): Promise<void> {
  await step('shellcheck finds nothing', async () => {
    const folder = join(import.meta.dirname, '../archive');
    const scripts = globSync(['install.sh', 'bin/*', 'install/*.sh'], { cwd: folder });
    await runCommand('shellcheck', ['--external-sources', ...scripts], { cwd: folder });
  });
  const own = await step(`build for ${process.arch}`, () => built(process.arch, work, say));
  await step('the same sources make the same archive', async () => {
    const again = await built(process.arch, join(work, 'again'), say);
    if (again.release !== own?.release || again.bytes !== own.bytes)
      throw new Error(`${again.release}, ${own?.release}`);
  });
  if (own) await checkInstallation(own.tree, work, step);
  const foreign =
    process.arch === 'arm64' ? undefined : await step('build for arm64', () => built('arm64', work, say));
  if (foreign) await step('the arm64 release runs', () => runForeign(foreign.tree, work));
}

async function checkInstallation(tree: string, work: string, step: Stepper): Promise<void> {
  const root = join(work, 'root');
  const installed = await step('install into a clean Debian', async () => {
    await cleanDebian(root);
    enrolledFolder(join(root, 'var/lib/latchwork'));
    return runCommand(join(tree, 'install.sh'), ['--root', root]);
  });
  if (installed === undefined) return;
  const machine = await step('boot it', () => bootMachine(root));
  if (!machine) return;
  try {
    await lifeOfALocker({ machine, root, tree, step });
  } finally {
    await machine.stop();
  }
}

async function built(
  arch: string,
  work: string,
  say: (line: string) => void,
): Promise<Release & { tree: string }> {
  const release = await buildRelease({ arch, out: work, say });
  const tree = join(work, `tree-${arch}`);
  mkdirSync(tree, { recursive: true });
  await runCommand('tar', [
    '--extract',
    '--strip-components=1',
    '--directory',
    tree,
    '--file',
    release.archive,
  ]);
  return { ...release, tree };
}

async function assertPossible(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('the check makes a system of its own: run it as root');
  for (const program of needed)
    await runCommand('sh', ['-c', `command -v ${program}`]).catch(() => {
      throw new Error(
        `${program} is missing: apt-get install debootstrap systemd-container shellcheck util-linux tar`,
      );
    });
}
