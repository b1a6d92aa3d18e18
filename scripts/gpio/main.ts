import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bootKernel } from './boot-kernel.ts';

const usage = `npm run gpio [-- OPTIONS]
Runs both kinds of GPIO on simulated lines of this machine's kernel: as root, where it has gpio-sim.
  --kernel FILE  boot this kernel image under qemu-system-x86_64 instead, and check in there: any from 5.19 on that has
                 CONFIG_GPIO_SIM, CONFIG_CONFIGFS_FS, CONFIG_GPIO_SYSFS and 9p over virtio built in
  --tools DIR    check with the gpiod tools in DIR as well, such as those of another version`;

const root = resolve(import.meta.dirname, '../..');
const simulator = '/sys/kernel/config/gpio-sim';

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { kernel: { type: 'string' }, tools: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const tools = values.tools === undefined ? [] : ['--tools', resolve(values.tools)];
  if (values.kernel !== undefined) {
    const command = [process.execPath, join(import.meta.dirname, 'main.ts'), ...tools];
    return bootKernel(resolve(values.kernel), command, root);
  }
  const obstacle = prepare();
  if (obstacle) throw new Error(`${obstacle}\n\n${usage}`);
  return check(tools[1]);
}

/** What keeps simulated lines from being made here, in words. */
function prepare(): string | undefined {
  if (process.getuid?.() !== 0) return 'Only root may make simulated GPIO lines.';
  if (spawnSync('gpiodetect', ['--version']).status !== 0)
    return 'There are no gpiod tools: apt-get install gpiod';
  if (existsSync(simulator)) return undefined;
  // Either may be there already, or not be needed.
  spawnSync('mount', ['-t', 'configfs', 'none', '/sys/kernel/config']);
  spawnSync('modprobe', ['gpio-sim']);
  return existsSync(simulator) ? undefined : 'The kernel of this machine has no gpio-sim.';
}

async function check(tools: string | undefined): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'vitest.gpio.ts')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...(tools === undefined ? {} : { LATCHWORK_GPIOD_TOOLS: tools }) },
  });
  const [status] = await once(child, 'exit');
  return status ?? 1;
}
