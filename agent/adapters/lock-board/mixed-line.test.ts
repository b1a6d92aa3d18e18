import { expect, it } from 'vitest';
import { fakeLine } from '../byte-stream/fake-line.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { openBoards } from '../doors/cabinet.ts';
import { CabinetFile } from '../doors/cabinet-file.ts';
import { answersOf } from './testing-answers.ts';

const kinds = [
  { profile: 'wkly', address: 1, channels: 8 },
  { profile: 'modbus-relay', address: 4, channels: 8, inputs: 8 },
  { profile: 'kerong-cu12', address: 5, channels: 12 },
  { profile: 'kerong-cu48', address: 2, channels: 48 },
  { profile: 'kerong-cu16', address: 3, channels: 16 },
] as const;

/** Whose frame it is, as a board tells by the bytes that it knows. */
const isFor: Readonly<Record<string, (asked: Uint8Array) => boolean>> = {
  wkly: (asked) => asked[0] === 0x57,
  'modbus-relay': (asked) => asked.length === 8 && asked[0] === 4,
  'kerong-cu12': (asked) => asked.length === 8 && asked[0] === 2 && asked[6] === 3,
  'kerong-cu48': (asked) => asked.length === 6 && asked[0] === 2,
  'kerong-cu16': (asked) => asked.length === 5 && asked[0] === 2,
};

/** One board of each kind on one line, at the rate that the file gives it. */
function start(baudRate?: number, boards: readonly (typeof kinds)[number][] = kinds) {
  const clock = manualClock();
  const { line, peer } = fakeLine('bus');
  const driven: string[] = [];
  const opened = new Map(kinds.map(({ profile }) => [profile as string, new Set<number>()]));
  peer.onBytes = (asked) => {
    for (const { profile, address, channels } of kinds) {
      const open = opened.get(profile) ?? new Set();
      const drive = (channel: number) => {
        driven.push(`${profile} ${channel}`);
        open.add(channel);
      };
      const board = { address, channels, open, inputsOn: new Set<number>(), drive };
      const answer = isFor[profile]?.(asked) ? answersOf[profile]?.(asked, board) : undefined;
      if (answer) peer.send(Uint8Array.from(answer));
    }
  };
  const rates: number[] = [];
  const lineOf = (_url: string, options: { baudRate: number }) => {
    rates.push(options.baudRate);
    return line;
  };
  const parsed = CabinetFile.safeParse({
    lines: [{ name: 'bus', url: '/dev/ttyUSB0', ...(baudRate && { baudRate }) }],
    boards: boards.map((board) => ({ ...board, name: board.profile, line: 'bus' })),
    slots: [{ number: 1, board: boards[0]?.profile, channel: 1, size: 'S' }],
  });
  const cabinet = parsed.success ? openBoards(parsed.data, { clock, lineOf }) : undefined;
  return { clock, cabinet, rates, driven, problems: parsed.error?.issues.map((issue) => issue.message) };
}

it.each([
  [19_200, kinds.slice(1)],
  [9_600, kinds.slice(0, 3)],
])('reads and opens several kinds of boards on one line of %i baud, each by itself', async (rate, on) => {
  const { clock, cabinet, driven, rates, problems } = start(rate, on);
  const boards = cabinet?.boards ?? [];
  expect([rates, problems]).toEqual([[rate], undefined]);
  const first = await clock.until(Promise.all(boards.map((board) => board.read())));
  expect(first.map((reading) => reading.ok && reading.doors.every((door) => door === 'closed'))).toEqual(
    on.map(() => true),
  );
  await clock.until(Promise.all(boards.map((board, at) => board.pulse(at + 2, 500))));
  expect(driven).toEqual(on.map(({ profile }, at) => `${profile} ${at + 2}`));
  const then = await clock.until(Promise.all(boards.map((board) => board.read())));
  expect(then.map((reading) => reading.ok && reading.doors.indexOf('open'))).toEqual(
    on.map((_, at) => at + 1),
  );
});

it('takes the rate of its boards where the line says none and they agree', () => {
  expect(start(undefined, [kinds[2], kinds[3], kinds[4]]).rates).toEqual([19_200]);
  expect(start(undefined, [kinds[0], kinds[1]]).rates).toEqual([9_600]);
  expect(start(undefined, [kinds[0], kinds[2]]).problems).toEqual([
    'line bus: its boards are made for different rates, so baudRate must be given, and each set to it',
  ]);
});
