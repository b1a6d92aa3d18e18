import { expect, it } from 'vitest';
import { GpioEntry } from '../lock-board/gpio-entry.ts';
import { chosenSysfsWarnings } from './sysfs-bias.ts';

const pins = (more: object) =>
  GpioEntry.parse({
    name: 'pins',
    profile: 'gpio',
    channels: [{ output: 17, feedback: { line: 5 } }],
    ...more,
  });

it.each([
  ['a pull-up by default, where sysfs was chosen', {}, 'onoff', ['5']],
  ['one at an input', { channels: [{ output: 17 }], inputs: [{ line: 'GPIO6' }] }, 'onoff', ['GPIO6']],
  ['none where the tools of the character device were chosen', {}, 'gpiod', []],
  ['none that the file itself names sysfs for', { driver: 'onoff' }, 'onoff', []],
  [
    'none at lines left as they are',
    { channels: [{ output: 17, feedback: { line: 5, bias: 'asIs' } }] },
    'onoff',
    [],
  ],
] as const)('the agent warns of %s', (_what, more, driver, lines) => {
  expect(chosenSysfsWarnings([pins(more)], () => driver)).toEqual(
    lines.map((line) => expect.stringContaining(`no resistor at ${line}: `)),
  );
});
