import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { scriptedBoards } from '../lock-board/testing.ts';
import { openCabinet } from './cabinet.ts';
import { CabinetFile } from './cabinet-file.ts';

const wiring = {
  lines: [{ name: 'bus', url: 'tcp://127.0.0.1:4001' }],
  boards: [
    { name: 'left', profile: 'bcc8a', line: 'bus', address: 1, channels: 8 },
    {
      name: 'right',
      profile: 'bcc8a',
      line: 'bus',
      address: 2,
      channels: 8,
      feedbackByChannel: { '2': 'openShorts' },
    },
  ],
  slots: [
    { number: 1, board: 'left', channel: 1, size: 'S' },
    { number: 2, board: 'right', channel: 1, size: 'M' },
    { number: 3, board: 'right', channel: 2, size: 'L', blind: true },
  ],
};

function build() {
  const clock = manualClock();
  const { line, peer } = fakeLine();
  const boards = scriptedBoards(peer, { 1: 8, 2: 8 });
  const told: string[] = [];
  const doors = openCabinet(CabinetFile.parse(wiring), { clock, lineOf: () => line });
  const start = () =>
    clock.until(
      doors.start({
        onDoor: (slot, position) => void told.push(`${slot} ${position}`),
        onBoard: (board, state) => void told.push(`${board} ${state}`),
        onContents: () => undefined,
        onServiceSwitch: () => undefined,
        onSupply: () => undefined,
      }),
    );
  return { clock, peer, boards, doors, start, news: () => told.splice(0) };
}

it('opens a door and sees it, down to the bytes', async () => {
  const { clock, boards, doors, start, news } = build();
  await start();
  expect(news().sort()).toEqual(['1 closed', '2 closed', '3 unknown']);
  doors.watch(2, true);
  expect(await clock.until(doors.pulse(2, 500))).toEqual({ ok: true, acknowledged: true });
  await clock.advance(500);
  expect(boards.driven(2)).toEqual([1]);
  expect(news()).toEqual(['2 open']);
  await clock.until(doors.stop());
});

it('starts with its line missing, and opens as soon as the line is there', async () => {
  const { clock, boards, peer, doors, start, news } = build();
  peer.unplug();
  await start();
  expect(news().sort()).toEqual(['1 unknown', '2 unknown', '3 unknown', 'left lost', 'right lost']);
  expect(await clock.until(doors.pulse(1, 500))).toMatchObject({ ok: false, reason: 'line lost' });
  peer.plug();
  await clock.advance(30_000);
  expect(news().sort()).toEqual(['1 closed', '2 closed', 'left back', 'right back']);
  expect(await clock.until(doors.pulse(1, 500))).toEqual({ ok: true, acknowledged: true });
  expect(boards.driven(1)).toEqual([1]);
  await clock.until(doors.stop());
  expect(peer.isOpen).toBe(false);
});

it('lives through its line being unplugged mid-open, and does not repeat the pulse', async () => {
  const { clock, boards, peer, doors, start, news } = build();
  await start();
  news();
  boards.reply = (frame, asked) => {
    if (asked[0] !== 0x8a) return [frame];
    peer.unplug();
    return [];
  };
  expect(await clock.until(doors.pulse(1, 500))).toEqual({ ok: true, acknowledged: false });
  await clock.advance(2_000);
  expect(news().sort()).toEqual(['1 unknown', '2 unknown', 'left lost', 'right lost']);
  peer.plug();
  await clock.advance(30_000);
  expect(news().sort()).toEqual(['1 open', '2 closed', 'left back', 'right back']);
  expect(boards.driven(1)).toEqual([1]);
  await clock.until(doors.stop());
});

it('keeps one board working while the other one is dead', async () => {
  const { clock, boards, doors, start, news } = build();
  boards.dead.add(1);
  await start();
  await clock.advance(5_000);
  expect(news().sort()).toEqual(['1 unknown', '2 closed', '3 unknown', 'left lost']);
  expect(await clock.until(doors.pulse(2, 500))).toEqual({ ok: true, acknowledged: true });
  await clock.advance(2_500);
  expect(news()).toEqual(['2 open']);
  await clock.until(doors.stop());
});

describe('a cabinet file', () => {
  const [bus] = wiring.lines;
  const [left, right] = wiring.boards;
  const [first, second] = wiring.slots;
  it.each([
    ['two lines of a name', { lines: [bus, { ...bus, url: '/dev/ttyUSB0' }] }, 'line bus is given twice'],
    [
      'two lines of a url',
      { lines: [bus, { ...bus, name: 'other' }] },
      'the url tcp://127.0.0.1:4001 is given twice',
    ],
    ['a url that is no line', { lines: [{ ...bus, url: 'ttyUSB0' }] }, 'such as /dev/ttyUSB0'],
    ['two boards of a name', { boards: [left, { ...right, name: 'left' }] }, 'board left is given twice'],
    [
      'two boards of an address',
      { boards: [left, { ...right, address: 1 }] },
      'address 1 on line bus is given twice',
    ],
    [
      'a board on no line',
      { boards: [left, { ...right, line: 'none' }] },
      'board right: there is no line none',
    ],
    ['a board that nobody makes', { boards: [left, { ...right, profile: 'xyz' }] }, 'bcc8a'],
    ['an address beyond all boards', { boards: [left, { ...right, address: 65 }] }, '64'],
    [
      'a wiring of no channel',
      { boards: [left, { ...right, feedbackByChannel: { 9: 'none' } }] },
      'no channel 9',
    ],
    ['two slots of a number', { slots: [first, { ...second, number: 1 }] }, 'slot 1 is given twice'],
    [
      'two slots on a channel',
      { slots: [first, { ...second, board: 'left' }] },
      'channel 1 of board left is given twice',
    ],
    [
      'a slot on no board',
      { slots: [{ ...first, board: 'none' }] },
      'slot 1: there is no channel 1 on a board none',
    ],
    [
      'a slot beyond its board',
      { slots: [{ ...first, channel: 9 }] },
      'slot 1: there is no channel 9 on a board left',
    ],
    ['a supply of no board', { supplies: [{ name: 'main', boards: ['none'] }] }, 'a supply names board none'],
    [
      'a board on two supplies',
      {
        supplies: [
          { name: 'a', boards: ['left'] },
          { name: 'b', boards: ['left'] },
        ],
      },
      'a supply for board left is given twice',
    ],
    ['a field nobody knows', { colour: 'red' }, 'colour'],
  ])('is refused with %s', (_what, change, words) => {
    const parsed = CabinetFile.safeParse({ ...wiring, ...change });
    expect(parsed.success ? 'accepted' : z.prettifyError(parsed.error)).toContain(words);
  });

  it('needs no more than the wiring', () => {
    expect(CabinetFile.parse(wiring).boards[0]).toMatchObject({
      feedback: 'closedShorts',
      silentUnlock: false,
    });
  });
});
