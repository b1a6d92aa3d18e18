import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CabinetFile, type LockBoard, openBoards, openCabinet, realClock } from '@latchwork/agent';
import { describe, expect, inject, it } from 'vitest';
import { type LockBoardHarness, lockBoardContract } from '../../agent/contracts/lock-board.contract.ts';
import {
  type Bcc8aConfig,
  CabinetLayout,
  defaultLayout,
  type LineFaultsChange,
  startCabinet,
} from '../index.ts';

type Kind = 'tcp' | 'pty';

interface Manner {
  kind?: Kind;
  config?: Partial<Bcc8aConfig>;
  faults?: LineFaultsChange;
  /** Fields of the board's entry in the cabinet file. */
  entry?: object;
}

const clock = realClock();

/** The default cabinet, 16 doors on one board, and the file that wires the agent to it. */
async function build({ kind = 'tcp', config = {}, faults = {}, entry = {} }: Manner) {
  const dir = await mkdtemp(join(tmpdir(), 'lw-board-'));
  const { boards, doors } = defaultLayout();
  const layout = CabinetLayout.parse({ boards: boards.map((board) => ({ ...board, ...config })), doors });
  const cabinet = await startCabinet({ layout, lockLine: kind, dir, scannerLine: 'tcp' });
  await cabinet.changeLineFaults(faults);
  const file = CabinetFile.parse({
    lines: [{ name: 'locks', url: cabinet.lockLine }],
    boards: [{ name: 'sim', profile: 'bcc8a', line: 'locks', address: 1, channels: 16, ...entry }],
    slots: doors.map(({ number, channel, size }) => ({ number, board: 'sim', channel, size })),
  });
  const driven = () =>
    cabinet
      .record()
      .entries.filter((happened) => happened.kind === 'pulse')
      .map((pulse) => pulse.door);
  const dispose = async () => {
    await cabinet.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { cabinet, file, driven, dispose };
}

function simulated(manner: Manner) {
  return async (): Promise<LockBoardHarness> => {
    const { cabinet, file, driven, dispose } = await build(manner);
    const { boards, close } = openBoards(file, { clock });
    const [board] = boards;
    if (board === undefined) throw new Error('a file has at least one board');
    return {
      board,
      acknowledges: manner.config?.unlockReply !== 'silent',
      driven,
      pushShut: async (channel) => void (await cabinet.pushShut(channel)),
      silence: async (on) => void (await cabinet.changeLineFaults({ deadBoards: on ? [1] : [] })),
      unplug: async (on) => void (await cabinet.changeLineFaults({ unplugged: on })),
      clock,
      until: (promise) => promise,
      dispose: async () => {
        await close();
        await dispose();
      },
    };
  };
}

const onTcp: [string, Manner][] = [
  ['plain', {}],
  ['echo', { faults: { echo: true } }],
  ['noise before replies', { faults: { noise: { style: 'beforeReplies', everyNth: 1 } } }],
  ['the older reply header', { config: { unlockReply: 'header80', statusBytes: 3 } }],
  [
    'replies after the pulse, changes sent unasked',
    { config: { unlockReplyAt: 'pulseEnd', unsolicited: '81' } },
  ],
  ['silent unlock', { config: { unlockReply: 'silent' }, entry: { silentUnlock: true } }],
  [
    'the other wiring and order',
    {
      config: { feedback: 'openShorts', statusOrder: 'lowFirst' },
      entry: { feedback: 'openShorts', statusOrder: 'lowFirst' },
    },
  ],
];
// On a real clock most of the time is waiting, so all wait side by side.
describe('bcc8a driver and simulated board', { concurrent: true }, () => {
  for (const [name, manner] of onTcp) {
    lockBoardContract(`simulated board over TCP: ${name}`, simulated(manner));
  }

  describe.skipIf(!inject('tools').socat)('over a pty', () => {
    lockBoardContract('simulated board over a pty', simulated({ kind: 'pty' }));
    lockBoardContract('simulated board over a pty: echo', simulated({ kind: 'pty', faults: { echo: true } }));
  });

  describe('one board', () => {
    it('is garbage once three queries failed, and a garbled acknowledgement is none', () =>
      withBoard({}, async ({ board, cabinet, driven }) => {
        expect((await board.read()).ok).toBe(true);
        await cabinet.changeLineFaults({ noise: { style: 'garbledReplies', everyNth: 1 } });
        expect(await board.read()).toMatchObject({ ok: false, reason: 'garbage' });
        expect(await board.pulse(3, 300)).toEqual({ ok: true, acknowledged: false });
        expect(driven()).toEqual([3]);
      }));

    it('is read all the same where only some replies are garbled', () =>
      withBoard({ faults: { noise: { style: 'garbledReplies', everyNth: 3 } } }, async ({ board }) => {
        for (let reads = 0; reads < 6; reads++) expect((await board.read()).ok).toBe(true);
      }));

    it('has no acknowledgement where it is silent and the adapter echoes', () =>
      withBoard({ config: { unlockReply: 'silent' }, faults: { echo: true } }, async ({ board, driven }) => {
        expect(await board.pulse(3, 300)).toEqual({ ok: true, acknowledged: false });
        expect(driven()).toEqual([3]);
      }));
  });

  describe('all doors over TCP', () => {
    it('tell what happens to them, and live through a cable pulled mid-open', () => workDoors('tcp'));
  });
  describe.skipIf(!inject('tools').socat)('all doors over a pty', () => {
    it('tell what happens to them, and live through a cable pulled mid-open', () => workDoors('pty'));
  });
});

async function workDoors(kind: Kind): Promise<void> {
  const { cabinet, file, driven, dispose } = await build({ kind });
  const doors = openCabinet(file, { clock });
  try {
    const log = doorLog();
    await doors.start(log);
    expect(log.told.splice(0).sort()).toEqual(file.slots.map((slot) => `${slot.number} closed`).sort());

    doors.watch(5, true);
    expect(await doors.pulse(5, 300)).toEqual({ ok: true, acknowledged: true });
    await log.until('5 open');
    await cabinet.pushShut(5);
    await log.until('5 closed');

    cabinet.changeDoorFaults(6, { jam: 'forGood' });
    expect(await doors.pulse(6, 300)).toEqual({ ok: true, acknowledged: true });
    expect(await doors.pulse(6, 300)).toMatchObject({ ok: false, reason: 'resting' });

    const opening = doors.pulse(7, 300);
    await cabinet.waitFor((_view, record) => record.some((happened) => happened.door === 7));
    await cabinet.changeLineFaults({ unplugged: true });
    expect(await opening).toMatchObject({ ok: true });
    await log.until('sim lost');
    await cabinet.changeLineFaults({ unplugged: false });
    await log.until('7 open');
    expect(log.told).toContain('sim back');
    expect(driven()).toEqual([5, 6, 7]);
  } finally {
    await doors.stop();
    await dispose();
  }
}

async function withBoard(
  manner: Manner,
  run: (made: Awaited<ReturnType<typeof build>> & { board: LockBoard }) => Promise<void>,
): Promise<void> {
  const made = await build(manner);
  const { boards, close } = openBoards(made.file, { clock });
  try {
    for (const board of boards) await run({ ...made, board });
  } finally {
    await close();
    await made.dispose();
  }
}

function doorLog() {
  const told: string[] = [];
  const waiting = new Map<string, () => void>();
  const tell = (what: string) => {
    told.push(what);
    waiting.get(what)?.();
  };
  return {
    told,
    onDoor: (slot: number, position: string) => tell(`${slot} ${position}`),
    onBoard: (board: string, state: string) => tell(`${board} ${state}`),
    onContents: () => undefined,
    onServiceSwitch: () => undefined,
    onSupply: () => undefined,
    until: (what: string) =>
      new Promise<void>((resolve) => {
        waiting.set(what, resolve);
        if (told.includes(what)) resolve();
      }),
  };
}
