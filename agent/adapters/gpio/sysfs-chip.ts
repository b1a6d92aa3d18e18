import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GpioFailure } from '../../ports/gpio.ts';
import { noSuchChip } from './chip-labels.ts';
import { fileFailure, gpioFailure } from './gpio-failure.ts';

/** Where old kernels show their GPIO lines by global numbers; newer ones may be built without it. */
export const SYSFS_GPIO = '/sys/class/gpio';

export interface SysfsChip {
  name: string;
  /** The global number of the chip's line 0: 512 on many Raspberry Pis, and other numbers on others. */
  base: number;
  lines: number;
}

/** The first chip with one of the labels. */
export function findSysfsChip(
  labels: readonly string[],
  root: string = SYSFS_GPIO,
): { ok: true; chip: SysfsChip } | GpioFailure {
  try {
    const chips = readdirSync(root).filter((entry) => entry.startsWith('gpiochip'));
    const field = (chip: string, name: string) => readFileSync(join(root, chip, name), 'utf8').trim();
    const found = chips.map((name) => ({ name, label: field(name, 'label') }));
    const chip = found.find(({ label }) => labels.includes(label));
    if (chip === undefined)
      return gpioFailure(
        'no chip',
        noSuchChip(
          labels,
          found.map(({ label }) => label),
        ),
      );
    const { name } = chip;
    return {
      ok: true,
      chip: { name, base: Number(field(name, 'base')), lines: Number(field(name, 'ngpio')) },
    };
  } catch (error) {
    return fileFailure(error, root);
  }
}
