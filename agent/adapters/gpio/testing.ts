import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the kernel makes simulated chips (Documentation/admin-guide/gpio/gpio-sim.rst). */
const CONFIG = '/sys/kernel/config/gpio-sim';

/** A simulated GPIO chip of the kernel, whose lines a test sees and pulls from outside. */
export interface SimulatedChip {
  label: string;
  /** The level of a line now. */
  isHigh(line: number): boolean;
  /** What an input reads, and an output falls to when nobody drives it. */
  pull(line: number, up: boolean): void;
  /** Takes the chip away from the kernel, or gives it back, under whatever name. */
  plug(on: boolean): void;
  remove(): void;
}

/** Lines are called GPIO0 and so on. Needs root and a kernel with gpio-sim. */
export function simulatedChip(label: string, lines = 54): SimulatedChip {
  const device = join(CONFIG, `${label}-${process.pid}`);
  const bank = join(device, 'bank0');
  const lineFolders = Array.from({ length: lines }, (_, line) => join(bank, `line${line}`));
  mkdirSync(bank, { recursive: true });
  writeFileSync(join(bank, 'num_lines'), `${lines}`);
  writeFileSync(join(bank, 'label'), label);
  for (const [line, folder] of lineFolders.entries()) {
    mkdirSync(folder);
    writeFileSync(join(folder, 'name'), `GPIO${line}`);
  }
  const set = (on: boolean) => writeFileSync(join(device, 'live'), on ? '1' : '0');
  const field = (path: string) => readFileSync(path, 'utf8').trim();
  const lineFile = (line: number, file: string) =>
    join(
      '/sys/devices/platform',
      field(join(device, 'dev_name')),
      field(join(bank, 'chip_name')),
      `sim_gpio${line}`,
      file,
    );
  set(true);
  let there = true;
  return {
    label,
    isHigh: (line) => there && field(lineFile(line, 'value')) === '1',
    pull: (line, up) => writeFileSync(lineFile(line, 'pull'), up ? 'pull-up' : 'pull-down'),
    plug: (on) => {
      there = on;
      set(on);
    },
    remove: () => {
      if (there) set(false);
      for (const folder of [...lineFolders, bank, device]) if (existsSync(folder)) rmdirSync(folder);
    },
  };
}
