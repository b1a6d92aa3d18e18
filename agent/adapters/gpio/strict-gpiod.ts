import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a Raspberry Pi's boot settings lie, since Debian 12 and before. */
const bootFiles = ['boot/firmware/config.txt', 'boot/config.txt'];

/**
 * Words of warning for a Raspberry Pi whose kernel leaves an output driven when its program has ended;
 * undefined where all is well or the machine is another.
 *
 * Kernels made for the Raspberry Pi do so unless `dtparam=strict_gpiod` is set. It shows up as the kernel
 * parameter `persist_gpio_outputs` of the pin driver (in spring 2024 for a while as `strict_gpiod`);
 * where the kernel has neither, the boot settings tell.
 */
export function strictGpiodWarning(root = '/'): string | undefined {
  const model = read(root, 'proc/device-tree/model');
  if (!model?.includes('Raspberry Pi')) return undefined;
  if (isStrict(root, model)) return undefined;
  return (
    'this Raspberry Pi leaves a GPIO output as it was when its program is killed, so a lock could stay ' +
    `powered: add the line dtparam=strict_gpiod to /${bootFiles[0]} and restart it`
  );
}

function isStrict(root: string, model: string): boolean {
  const driver = /Raspberry Pi (5|500|Compute Module 5)/.test(model) ? 'pinctrl_rp1' : 'pinctrl_bcm2835';
  const parameter = (name: string) => read(root, `sys/module/${driver}/parameters/${name}`)?.trim();
  const persists = parameter('persist_gpio_outputs');
  if (persists !== undefined) return persists === 'N';
  const strict = parameter('strict_gpiod');
  if (strict !== undefined) return strict === 'Y';
  return bootFiles.some((path) => (read(root, path) ?? '').split(/\r?\n/).some(setsIt));
}

/** As `dtparam=strict_gpiod`, also among others and with a value: `dtparam=spi=on,strict_gpiod=on`. */
function setsIt(line: string): boolean {
  const [, parameters] = line.match(/^\s*dtparam=(.*)$/) ?? [];
  const words = (parameters ?? '').split(',').map((word) => word.trim());
  return words.some((word) => /^strict_gpiod(=(on|true|yes|1))?$/.test(word));
}

function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
