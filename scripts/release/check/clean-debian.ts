import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';

/** systemd and what the agent speaks through; nothing else that a fresh card would not have. */
const packages = ['systemd', 'systemd-sysv', 'udev', 'dbus', 'gpiod'];

/** Makes the root of a clean Debian, of this machine's own release and from its own mirror. */
export async function cleanDebian(folder: string): Promise<void> {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const targets = await runCommand('apt-get', [
    ...['indextargets', '--format', '$(REPO_URI) $(CODENAME)', 'Created-By: Packages'],
  ]);
  const mirror = targets
    .split('\n')
    .find((line) => line.endsWith(` ${codename}`))
    ?.split(' ')[0];
  if (codename === undefined || mirror === undefined)
    throw new Error('apt knows no mirror of this Debian: run apt-get update first');
  await runCommand('debootstrap', [
    ...['--variant=minbase', `--include=${packages.join(',')}`, codename, folder, mirror],
  ]);
}

/** As an extracted archive lies on a card. */
export function copyOf(tree: string, root: string, name: string): { outside: string; inside: string } {
  const inside = join('/root', name);
  const outside = join(root, inside);
  cpSync(tree, outside, { recursive: true, verbatimSymlinks: true });
  return { outside, inside };
}
