import { expect, it } from 'vitest';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { scriptedBoards } from '../lock-board/testing.ts';
import { openCabinet } from './cabinet.ts';
import { CabinetFile } from './cabinet-file.ts';

/** Boards as a cabinet file has them, with one slot at channel 1 each, over one line with those that are there. */
async function start(configured: { address: number; channels: number }[], there: Record<number, number>) {
  const clock = manualClock();
  const { line, peer } = fakeLine('bus');
  const boards = scriptedBoards(peer, there);
  const names = configured.map(({ address }) => `board${address}`);
  const file = CabinetFile.parse({
    lines: [{ name: 'bus', url: '/dev/bus' }],
    boards: configured.map((board, at) => ({ name: names[at], profile: 'bcc8a', line: 'bus', ...board })),
    slots: names.map((board, at) => ({ number: at + 1, board, channel: 1, size: 'M' })),
  });
  const doors = openCabinet(file, { clock, lineOf: () => line });
  const told: string[] = [];
  await clock.until(
    doors.start({
      onDoor: (slot, position) => told.push(`${slot} ${position}`),
      onContents() {},
      onServiceSwitch() {},
      onBoard: (board, state, detail) => told.push(`${board} ${state}: ${detail}`),
      onShortBoard: (_board, detail) => told.push(detail),
      onSupply() {},
    }),
  );
  return { clock, boards, doors, told };
}

it('tells that a configured board is not there, and works on with the others on its line', async () => {
  const { clock, boards, doors, told } = await start(
    [
      { address: 1, channels: 8 },
      { address: 2, channels: 8 },
    ],
    { 1: 8 },
  );
  expect(told).toContainEqual(expect.stringMatching(/^board2 lost: no answer: .*address switches/));
  expect(told).toEqual(expect.arrayContaining(['1 closed', '2 unknown']));
  told.length = 0;
  expect(await clock.until(doors.pulse(1, 300))).toMatchObject({ ok: true, acknowledged: true });
  await clock.advance(3_000);
  expect(told).toEqual(['1 open']);
  expect(boards.driven(2)).toEqual([]);
  await clock.until(doors.stop());
});

it('tells once, in words, of a board that tells of fewer channels than the file', async () => {
  const { clock, doors, told } = await start([{ address: 1, channels: 24 }], { 1: 8 });
  await clock.advance(5_000);
  expect(told.filter((words) => words.includes('lower channels'))).toEqual([
    'board board1 tells of 8 channels, the cabinet file says 24: lower channels',
  ]);
  await clock.until(doors.stop());
});

it('tells nothing of the kind where as many channels are told, or more', async () => {
  const { clock, doors, told } = await start([{ address: 1, channels: 12 }], { 1: 16 });
  await clock.advance(1_000);
  expect(told).toEqual(['1 closed']);
  await clock.until(doors.stop());
});
