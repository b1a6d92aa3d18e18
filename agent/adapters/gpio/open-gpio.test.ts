import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseDriver } from './open-gpio.ts';
import { strictGpiodWarning } from './strict-gpiod.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lw-gpio-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('the driver for this machine', () => {
  const choose = () =>
    chooseDriver({
      path: `/nowhere:${join(root, 'bin')}`,
      devices: join(root, 'dev'),
      sysfs: join(root, 'sys'),
    });

  test.each([
    ['both', ['bin/gpiodetect', 'dev/gpiochip0', 'sys/export'], 'gpiod'],
    ['no tools', ['dev/gpiochip0', 'sys/export'], 'onoff'],
    ['no character device', ['bin/gpiodetect', 'dev/null', 'sys/export'], 'onoff'],
    ['neither, so the one that says what to install', [], 'gpiod'],
  ])('%s', (_, paths, driver) => {
    for (const path of paths) put(path);
    expect(choose()).toBe(driver);
  });
});

describe('a kernel that leaves outputs driven', () => {
  const pi4 = 'Raspberry Pi 4 Model B Rev 1.4\0';
  const pi5 = 'Raspberry Pi 5 Model B Rev 1.0\0';
  const old = 'sys/module/pinctrl_bcm2835/parameters';
  const rp1 = 'sys/module/pinctrl_rp1/parameters';

  test.each<[string, string | undefined, Record<string, string>, boolean]>([
    ['is nothing to another machine', undefined, {}, false],
    ['is nothing to another board', 'Some Board', {}, false],
    ['is told from its parameter', pi4, { [`${old}/persist_gpio_outputs`]: 'Y\n' }, true],
    ['and so is one that does not', pi4, { [`${old}/persist_gpio_outputs`]: 'N\n' }, false],
    [
      'is told from the driver of that model',
      pi5,
      { [`${old}/persist_gpio_outputs`]: 'N\n', [`${rp1}/persist_gpio_outputs`]: 'Y\n' },
      true,
    ],
    ['is told from the parameter of spring 2024', pi4, { [`${old}/strict_gpiod`]: 'Y\n' }, false],
    ['is told from no boot setting', pi4, {}, true],
    [
      'is told from the boot settings',
      pi4,
      { 'boot/firmware/config.txt': 'x=1\ndtparam=strict_gpiod\n' },
      false,
    ],
    [
      'or the old ones, among others',
      pi4,
      { 'boot/config.txt': 'dtparam=spi=on,strict_gpiod=on\r\n' },
      false,
    ],
    ['not from a remark', pi4, { 'boot/firmware/config.txt': '#dtparam=strict_gpiod\n' }, true],
    ['not from one that says off', pi4, { 'boot/firmware/config.txt': 'dtparam=strict_gpiod=off\n' }, true],
  ])('%s', (_, model, files, warned) => {
    if (model !== undefined) put('proc/device-tree/model', model);
    for (const [path, text] of Object.entries(files)) put(path, text);
    const warning = strictGpiodWarning(root);
    expect(warning !== undefined).toBe(warned);
    if (warned) expect(warning).toContain('add the line dtparam=strict_gpiod to /boot/firmware/config.txt');
  });
});
