// Long because each contradiction of a cabinet file has its case here, in one table.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { parseCabinet } from './cabinet-command-line.ts';
import { cabinetCommand } from './cabinet-commands.ts';

const board = (name: string, more: object) => ({ name, profile: 'bcc8a', line: 'bus', channels: 8, ...more });
const relays = board('relays', { profile: 'modbus-relay', address: 9, inputs: 8, feedback: 'none' });
const slot = (number: number, more: object = {}) => ({
  ...{ number, board: 'left', channel: number, size: 'M' },
  ...more,
});
const good = {
  lines: [{ name: 'bus', url: '/dev/ttyUSB0' }],
  boards: [board('left', { address: 1 }), board('right', { address: 2 }), relays],
  slots: [slot(1), slot(2)],
};
const doorSwitch = { board: 'relays', input: 1, openWhen: 'on' };
const occupancySensor = { board: 'relays', input: 1, occupiedWhen: 'on' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-cabinet-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The file's name in what is said is `cabinet.json`, whatever its folder. */
async function check(cabinet: object | string): Promise<{ ok: boolean; said: string[] }> {
  const path = join(folder, 'cabinet.json');
  writeFileSync(path, typeof cabinet === 'string' ? cabinet : JSON.stringify(cabinet, null, 2));
  const said: string[] = [];
  const take = (line: string) => void said.push(line.trimEnd().replaceAll(`${folder}/`, ''));
  const command = parseCabinet(['check', path]);
  if (!command) throw new Error('check is a command');
  return { ok: await cabinetCommand(command, { clock: manualClock(), print: take, tell: take }), said };
}

describe('agent cabinet check', () => {
  it('says in short what is in a good file', async () => {
    const slots = [
      slot(1, { size: 'S', features: ['low', 'stepFree'] }),
      slot(2, { blind: true }),
      slot(3, { board: 'relays', doorSwitch, occupancySensor: { ...occupancySensor, input: 2 } }),
      slot(4, { board: 'relays' }),
      slot(5, { size: 'L', fitsChild: true, insideRelease: 'green handle on the left' }),
    ];
    const supplies = [
      { name: 'main', boards: ['left', 'right', 'relays'], amperes: 6.6, amperesPerDoor: 2.2 },
    ];
    const serviceSwitch = { board: 'relays', input: 8, onWhen: 'off' };
    expect(await check({ ...good, slots, supplies, serviceSwitch })).toEqual({
      ok: true,
      said: [
        'cabinet.json: OK',
        '  1 line, 3 boards (bcc8a, modbus-relay)',
        '  5 slots: 1 S, 3 M, 1 L',
        '  blind doors: 2, 4 (no switch tells their position: the person confirms on the screen)',
        '  supply main (left, right, relays): 3 doors at a time, of board left at most 2, of board right at most 2',
        '  door switches of their own: 3',
        '  occupancy sensors: 3',
        '  slot 5 fits a child; opens from inside by: green handle on the left',
        '  service switch on board relays, input 8',
        '  warning: cabinet.json:17: boards[1].name: no slot hangs on board right',
      ],
    });
  });

  it.each([
    [
      'an address beyond the usual switches',
      { boards: [board('left', { address: 40 })] },
      'boards[0].address',
    ],
    ['a rate unlike the factory’s', { lines: [{ ...good.lines[0], baudRate: 19_200 }] }, 'lines[0].baudRate'],
    ['a line without boards', { lines: [...good.lines, { name: 'x', url: '/dev/x' }] }, 'lines[1]'],
    [
      'a pull-up that sysfs cannot switch on',
      {
        boards: [
          ...good.boards,
          {
            name: 'pins',
            profile: 'gpio',
            driver: 'onoff',
            channels: [{ output: 17, feedback: { line: 5 } }],
          },
        ],
      },
      'boards[3]: board pins: sysfs switches on no resistor at 5',
    ],
    ['a board that no supply feeds', { supplies: [{ name: 'a', boards: ['right'] }] }, 'boards[0].name'],
  ])('warns of %s', async (_what, change, field) => {
    const { ok, said } = await check({ ...good, ...change });
    expect(ok).toBe(true);
    expect(said.filter((line) => line.includes('warning') && line.includes(field))).toHaveLength(1);
  });

  it('names the line and the field of each mistake', async () => {
    const { ok, said } = await check({
      ...good,
      slots: [slot(1), slot(2, { channel: 9 }), slot(1, { channel: 3 })],
    });
    expect({ ok, said }).toEqual({
      ok: false,
      said: [
        'cabinet.json:43: slots[1].channel: slot 2: there is no channel 9 on a board left, which has 8',
        'cabinet.json:47: slots[2].number: slot 1 is given twice',
      ],
    });
  });

  it('says where a text is no JSON, and nothing of what it is', async () => {
    const { ok, said } = await check('{\n  "lines": [\n    secret\n');
    expect({ ok, said }).toEqual({ ok: false, said: ['cabinet.json is not JSON, from line 3, column 5 on'] });
  });

  it('refuses a name that is given twice, at the line of the second', async () => {
    const text = JSON.stringify(good, null, 2).replace(
      '"channels": 8,',
      '"channels": 8,\n      "ch\\u0061nnels": 7,',
    );
    const line = text.slice(0, text.indexOf('u0061')).split('\n').length;
    const said = [`cabinet.json:${line}: boards[0].channels: channels is given twice`];
    expect(await check(text)).toEqual({ ok: false, said });
  });

  const [left, right] = good.boards;
  const kerong = board('left', { profile: 'kerong-cu48', address: 1 });
  it.each([
    [
      'duplicate slot numbers',
      { slots: [slot(1), slot(1, { channel: 2 })] },
      'slots[1].number: slot 1 is given twice',
    ],
    [
      'overlapping addresses on a line',
      { boards: [left, { ...right, address: 1 }] },
      'boards[1].address: address 1 on line bus is given twice: to left and to right',
    ],
    [
      'an unknown profile',
      { boards: [left, { ...right, profile: 'xyz' }] },
      'boards[1].profile: there is no such profile; those known are bcc8a, kerong-cu48',
    ],
    [
      'a board without a profile',
      { boards: [left, { name: 'right', line: 'bus', address: 2 }] },
      'boards[1].profile: profile is missing; those known are bcc8a, kerong-cu48',
    ],
    [
      'a rate that a board does not speak',
      { lines: [{ ...good.lines[0], baudRate: 9_600 }], boards: [kerong] },
      'lines[0].baudRate: a kerong-cu48 board on line bus does not speak at 9600 baud, only at 19200',
    ],
    [
      'a rate that nothing speaks',
      { lines: [{ ...good.lines[0], baudRate: 12_345 }], boards: [left] },
      'lines[0].baudRate: a bcc8a board on line bus does not speak at 12345 baud',
    ],
    [
      'boards of different rates and none given',
      { boards: [left, board('right', { profile: 'kerong-cu12', address: 2 })] },
      'lines[0]: line bus: its boards are made for different rates',
    ],
    [
      'a missing line',
      { boards: [{ ...left, line: 'none' }] },
      'boards[0].line: board left: there is no line none',
    ],
    [
      'no board of that name',
      { slots: [slot(1, { board: 'none' })] },
      'slots[0].board: slot 1: there is no channel 1 on a board none',
    ],
    ['a channel beyond the board', { slots: [slot(9)] }, 'slots[0].channel: slot 9: there is no channel 9'],
    [
      'two doors on a channel',
      { slots: [slot(1), slot(2, { channel: 1 })] },
      'slots[1].channel: channel 1 of board left is given twice',
    ],
    [
      'a board in two supplies',
      {
        supplies: [
          { name: 'a', boards: ['left'] },
          { name: 'b', boards: ['right', 'left'] },
        ],
      },
      'supplies[1].boards[1]: a supply for board left is given twice',
    ],
    [
      'a supply too weak for a lock',
      { supplies: [{ name: 'a', boards: ['left'], amperes: 2 }] },
      'supplies[0].amperes: supply a opens no door',
    ],
    [
      'more doors at once than a supply allows',
      { supplies: [{ name: 'a', boards: ['left'], amperes: 5, doorsAtOnce: 3 }] },
      'supplies[0].doorsAtOnce: supply a opens at most 2 at once',
    ],
    [
      'several doors at once on a supply of unknown amperes',
      { supplies: [{ name: 'a', boards: ['left'], doorsAtOnce: 8 }] },
      'supplies[0].doorsAtOnce: supply a: how many doors it opens at once follows from its amperes',
    ],
    [
      'a lock that takes more than its board bears',
      { supplies: [{ name: 'a', boards: ['left'], amperes: 20, amperesPerDoor: 6.5 }] },
      'supplies[0].amperesPerDoor: board left bears 6 A, less than the 6.5 A of one door',
    ],
    [
      'an adapter on the network as two lines',
      {
        lines: [
          { name: 'bus', url: 'tcp://Locks.example:4001' },
          { name: 'b', url: 'tcp://locks.example:04001/' },
        ],
      },
      'lines[1].url: the url tcp://locks.example:4001 is given twice',
    ],
    [
      'a device as two lines',
      { lines: [...good.lines, { name: 'b', url: '/dev//serial/../ttyUSB0' }] },
      'lines[1].url: the url /dev/ttyUSB0 is given twice',
    ],
    [
      'a GPIO line of the header by its chip and without',
      {
        boards: [
          left,
          { name: 'a', profile: 'gpio', channels: [{ output: 17 }] },
          { name: 'b', profile: 'gpio', chip: 'pinctrl-bcm2711', channels: [{ output: 'GPIO17' }] },
        ],
      },
      'boards[2]: board b: line 17 of its chip belongs to another board already',
    ],
    [
      'an input used twice',
      { slots: [slot(1, { doorSwitch }), slot(2, { occupancySensor })] },
      'slots[1].occupancySensor: input 1 of board relays is used twice: by the door switch of slot 1 and by the sensor of slot 2',
    ],
    [
      'an input that a lock’s own switch takes',
      {
        boards: [left, { ...relays, feedback: 'closedShorts' }],
        slots: [slot(1, { board: 'relays' }), slot(2, { doorSwitch })],
      },
      "slots[1].doorSwitch: input 1 of board relays is used twice: by the lock's own switch of slot 1",
    ],
    [
      'an input beyond the board',
      { slots: [slot(1, { doorSwitch: { ...doorSwitch, input: 9 } })] },
      'slots[0].doorSwitch.input: the door switch of slot 1: board relays has 8 inputs',
    ],
    [
      'a board without inputs',
      { serviceSwitch: { board: 'left', input: 1, onWhen: 'on' } },
      'serviceSwitch.input: the service switch: board left has no inputs',
    ],
    [
      'a slot for a child without a way out',
      { slots: [slot(1, { fitsChild: true })] },
      'slots[0].fitsChild: slot 1 fits a child, who could be shut in',
    ],
    [
      'a blind door with a switch',
      { slots: [slot(1, { blind: true, doorSwitch })] },
      'slots[0].blind: slot 1 has a door switch',
    ],
    [
      'a GPIO line of two boards',
      {
        boards: [
          left,
          ...['a', 'b'].map((name) => ({
            name,
            profile: 'gpio',
            channels: [{ output: name === 'a' ? 17 : 'GPIO17' }],
          })),
        ],
      },
      'boards[2]: board b: line 17 of its chip belongs to another board already',
    ],
    [
      'a field that nobody knows',
      { slots: [slot(1, { colour: 'red' })] },
      'slots[0].colour: there is no such field',
    ],
    ['a field of a wrong kind', { slots: [slot(1, { size: 'XL' })] }, 'slots[0].size: '],
  ])('refuses %s', async (_what, change, words) => {
    const { ok, said } = await check({ ...good, ...change });
    expect(ok).toBe(false);
    expect(said).toEqual([expect.stringMatching(/^cabinet\.json:\d+: /)]);
    expect(said[0]).toContain(words);
  });
});

it('knows a device again behind a link to it', async () => {
  const [device, link] = [join(folder, 'ttyUSB0'), join(folder, 'usb-FTDI-port0')];
  writeFileSync(device, '');
  symlinkSync(device, link);
  const lines = [
    { name: 'bus', url: device },
    { name: 'b', url: link },
  ];
  const { ok, said } = await check({ ...good, lines });
  expect(ok).toBe(false);
  expect(said).toEqual([expect.stringContaining('lines[1].url: ')]);
});

describe('the command line', () => {
  it.each([
    [['check'], 'one file'],
    [['check', 'a', 'b'], 'one file'],
    [['discover'], 'which line'],
    [['discover', '--line', 'COM1'], '/dev/ttyUSB0'],
    [['discover', '--line', '/dev/ttyUSB0', '--baud', 'x'], '--baud: a rate such as 9600'],
    [['discover', '--line', '/dev/ttyUSB0', '--baud', '7'], '--baud: a rate such as 9600'],
    [['discover', '--line', '/dev/ttyUSB0', '--profile', 'xyz'], 'bcc8a, kerong-cu48'],
    [['discover', '--line', '/dev/ttyUSB0', '--all'], '--all'],
  ])('refuses %s', (args, words) => {
    expect(() => parseCabinet(args)).toThrow(words);
  });
});
