import { describe, expect, inject, it } from 'vitest';
import { lockBoardContract } from '../../agent/contracts/lock-board.contract.ts';
import { type BoardManner, boardHarness, withBoard } from './simulated-board.ts';

type Profile = Pick<BoardManner, 'profile' | 'channels' | 'config' | 'entry' | 'sensorInput'>;

/** Each profile at its largest, and as its makers set it. */
const profiles: Profile[] = [
  { profile: 'bcc8a', channels: 16 },
  { profile: 'kerong-cu48', channels: 48 },
  { profile: 'kerong-cu16', channels: 16, sensorInput: 16 },
  { profile: 'kerong-cu12', channels: 12 },
  { profile: 'wkly', channels: 24 },
  {
    ...{ profile: 'modbus-relay', channels: 4, sensorInput: 8 },
    // Wired so that no input carries current while every door is shut.
    ...{ config: { feedback: 'openShorts' }, entry: { feedback: 'openShorts', inputs: 8 } },
  },
];
const otherWiring = (profile: Profile) => {
  const feedback = profile.profile === 'modbus-relay' ? 'closedShorts' : 'openShorts';
  const { sensorInput: _none, ...rest } = profile;
  return { ...rest, config: { feedback }, entry: { ...profile.entry, feedback } };
};

/** What only some firmware does, and whether a driver has to be told of it. */
const firmwares: [string, Profile & Partial<BoardManner>][] = [
  [
    'the older reply header and three status bytes',
    { profile: 'bcc8a', channels: 8, config: { unlockReply: 'header80', statusBytes: 3 } },
  ],
  [
    'replies after the pulse, changes sent unasked',
    { profile: 'bcc8a', channels: 8, config: { unlockReplyAt: 'pulseEnd', unsolicited: '81' } },
  ],
  [
    'no reply to an unlock',
    {
      ...{ profile: 'bcc8a', channels: 8, acknowledges: false },
      ...{ config: { unlockReply: 'silent' }, entry: { silentUnlock: true } },
    },
  ],
  [
    'no reply to an unlock, through an echoing adapter',
    {
      ...{ profile: 'bcc8a', channels: 8, acknowledges: false, faults: { echo: true } },
      ...{ config: { unlockReply: 'silent' }, entry: { silentUnlock: true } },
    },
  ],
  [
    'the lowest group first',
    {
      ...{ profile: 'bcc8a', channels: 16 },
      ...{ config: { statusOrder: 'lowFirst' }, entry: { statusOrder: 'lowFirst' } },
    },
  ],
  [
    'an answer to an unlock that proves nothing',
    { profile: 'kerong-cu16', channels: 16, config: { unlockReply: 'status' } },
  ],
  [
    'replies after the pulse, changes sent unasked',
    { profile: 'wkly', channels: 8, config: { unlockReplyAt: 'pulseEnd', unsolicited: true } },
  ],
];

/** The noise of a line with faults of its own is not the test's to set, nor an input without a sensor. */
function onContract(name: string, manner: BoardManner): void {
  const without = [
    ...(manner.faults ? ['makeNoise' as const] : []),
    ...(manner.sensorInput ? [] : ['setInput' as const]),
  ];
  lockBoardContract(name, boardHarness(manner), { without });
}

describe('drivers and simulated boards on lines in memory', { concurrent: true }, () => {
  for (const profile of profiles) {
    const name = profile.profile;
    onContract(name, { ...profile, kind: 'memory' });
    onContract(`${name}: echo`, { ...profile, kind: 'memory', faults: { echo: true } });
    onContract(`${name}: the other wiring`, { ...otherWiring(profile), kind: 'memory' });
  }
  for (const [what, manner] of firmwares) {
    onContract(`${manner.profile}: ${what}`, { ...manner, kind: 'memory' });
  }
});

// On a real clock most of the time is waiting, so all wait side by side.
describe('drivers and simulated boards on real lines', { concurrent: true }, () => {
  for (const profile of profiles) {
    const { profile: name } = profile;
    describe.skipIf(!inject('tools').socat)('over a pty', () => {
      onContract(`${name} over a pty`, { ...profile, kind: 'pty' });
    });
  }
  onContract('bcc8a over TCP', { profile: 'bcc8a', channels: 16, kind: 'tcp' });
  const last = profiles.at(-1) as Profile;
  onContract(`${last.profile} over TCP: echo`, { ...last, kind: 'tcp', faults: { echo: true } });
});

describe('a line that misbehaves', { concurrent: true }, () => {
  for (const profile of profiles) {
    const manner: BoardManner = { ...profile, kind: 'memory' };
    const { profile: name } = profile;
    const acknowledges = !name.startsWith('kerong-cu4') && name !== 'kerong-cu16';

    it(`${name}: every reply garbled is garbage, and a garbled acknowledgement is none`, () =>
      withBoard(manner, async ({ board, until, cabinet, driven }) => {
        expect((await until(board.read())).ok).toBe(true);
        await cabinet.changeLineFaults({ noise: { style: 'garbledReplies', everyNth: 1 } });
        expect(await until(board.read())).toMatchObject({ ok: false, reason: 'garbage' });
        expect(await until(board.pulse(3, 300))).toEqual({ ok: true, acknowledged: false });
        expect(driven).toEqual([3]);
        await cabinet.changeLineFaults({ noise: null });
        expect((await until(board.read())).ok).toBe(true);
      }));

    it.each([
      { fault: 'garbled', change: { noise: { style: 'garbledReplies', everyNth: 3 } } },
      { fault: 'truncated', change: { truncated: { everyNth: 3 } } },
      { fault: 'late', change: { late: { delayMs: 900, everyNth: 3 } } },
    ] as const)(`${name}: is read all the same where every third reply is $fault`, ({ change }) =>
      withBoard({ ...manner, faults: change }, async ({ board, until }) => {
        for (let reads = 0; reads < 6; reads++) {
          const reading = await until(board.read());
          expect(reading.ok && reading.doors).toEqual(Array(profile.channels).fill('closed'));
        }
      }),
    );

    it(`${name}: an answer in another board's name is none`, () =>
      withBoard(manner, async ({ board, until, cabinet, driven }) => {
        expect((await until(board.read())).ok).toBe(true);
        await cabinet.changeLineFaults({ wrongAnswers: [{ board: 1, as: 2 }] });
        expect((await until(board.read())).ok).toBe(false);
        expect(await until(board.pulse(2, 300))).toEqual({ ok: true, acknowledged: false });
        expect(driven).toEqual([2]);
      }));

    it(`${name}: a board that resets in mid-pulse is lost and found, and no pulse is repeated`, () =>
      withBoard(manner, async ({ board, until, cabinet, driven }) => {
        await until(board.read());
        await cabinet.changeLineFaults({ resetting: [{ board: 1, afterMs: 20, silentMs: 5000 }] });
        expect(await until(board.pulse(1, 500))).toEqual({ ok: true, acknowledged: acknowledges });
        expect(await until(board.read())).toMatchObject({ ok: false, reason: 'no answer' });
        await cabinet.changeLineFaults({ resetting: [] });
        const reading = await until(board.read());
        expect(reading.ok && reading.doors[0]).toBe('closed');
        expect(driven).toEqual([1]);
        const [off] = cabinet.record().entries.filter(({ kind }) => kind === 'coilOff');
        expect(off).toMatchObject({ door: 1, drivenMs: 20, cut: true });
      }));

    it(`${name}: a flood of garbage ends a reading in time, and is over when it is over`, () =>
      withBoard({ ...manner, faults: { flood: { bytesPerS: 900 } } }, async ({ board, until, cabinet }) => {
        await until(board.read());
        await cabinet.changeLineFaults({ flood: null });
        expect((await until(board.read())).ok).toBe(true);
      }));
  }
});
