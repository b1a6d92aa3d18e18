import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Gpio, GpioLines, OnEdge } from '../../ports/gpio.ts';
import { PI_CHIP_LABELS } from './chip-labels.ts';
import { gpiodGpio } from './gpiod-gpio.ts';
import { onoffGpio } from './onoff-gpio.ts';
import { SYSFS_GPIO } from './sysfs-chip.ts';
import { realTools, type Tools } from './tools.ts';

export type GpioDriver = 'gpiod' | 'onoff';

export interface OpenGpioOptions {
  driver: GpioDriver | 'auto';
  /** The chip's label; those of the Raspberry Pi's header unless told. */
  chip?: string | undefined;
  lines: GpioLines;
  clock: Clock;
  onEdge: OnEdge;
  /** Takes its lines among those of other boards; returns in words why it may not. */
  claim?: ((lines: readonly string[]) => string | undefined) | undefined;
  /** The machine's own unless told. */
  tools?: Tools;
}

/** GPIO by the means that this machine has, or by the one that configuration names. Touches no line. */
export function openGpio({ driver, chip, tools, ...options }: OpenGpioOptions): Gpio {
  const make = (driver === 'auto' ? chooseDriver() : driver) === 'gpiod' ? gpiodGpio : onoffGpio;
  return make({
    ...options,
    labels: chip === undefined ? PI_CHIP_LABELS : [chip],
    tools: tools ?? realTools(options.clock),
  });
}

/**
 * The character device and its tools where both are there, since a pulse by them ends by itself; else
 * sysfs. Where there is neither, gpiod: it says best what to install.
 */
export function chooseDriver({
  path = process.env.PATH ?? '',
  devices = '/dev',
  sysfs = SYSFS_GPIO,
}: {
  path?: string;
  devices?: string;
  sysfs?: string;
} = {}): GpioDriver {
  const hasTools = path
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, 'gpiodetect')));
  const hasDevice = list(devices).some((name) => name.startsWith('gpiochip'));
  if (hasTools && hasDevice) return 'gpiod';
  return existsSync(join(sysfs, 'export')) ? 'onoff' : 'gpiod';
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
