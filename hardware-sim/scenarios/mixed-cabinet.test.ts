import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CabinetFile, type Doors, openCabinet, realClock } from '@latchwork/agent';
import { describe, expect, inject, it } from 'vitest';
import { CabinetLayout, type SimulatedCabinet, startCabinet } from '../index.ts';

const clock = realClock();

/** Six boards of six kinds on three lines at two rates, four doors on each: doors 1 to 4, 5 to 8, and so on. */
const boards = [
  { line: 'left', profile: 'bcc8a', address: 1, channels: 16 },
  { line: 'left', profile: 'wkly', address: 2, channels: 8, feedback: 'openShorts' },
  { line: 'left', profile: 'modbus-relay', address: 3, channels: 8, inputs: 8 },
  { line: 'right', profile: 'kerong-cu48', address: 1 },
  { line: 'right', profile: 'kerong-cu16', address: 2, feedback: 'openShorts' },
  { line: 'far', profile: 'kerong-cu12', address: 5 },
] as const;
const doorsPerBoard = 4;
const doorOf = (board: number, channel = 1) => board * doorsPerBoard + channel;
const slots = boards.flatMap(({ line, address }, n) =>
  Array.from({ length: doorsPerBoard }, (_, index) => ({
    number: doorOf(n, index + 1),
    ...{ line, board: address, channel: index + 1, size: 'M', name: `board-${n}` },
  })),
);

interface Mixed {
  cabinet: SimulatedCabinet;
  doors: Doors;
  log: ReturnType<typeof doorLog>;
  driven: number[];
}

async function withCabinet(run: (mixed: Mixed) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'lw-mixed-'));
  const terminal = inject('tools').socat ? 'pty' : 'tcp';
  const cabinet = await startCabinet({
    ...{ dir, scannerLine: 'memory' },
    layout: CabinetLayout.parse({
      lines: [{ name: 'left', kind: terminal }, { name: 'right', kind: terminal }, { name: 'far' }],
      boards,
      doors: slots.map(({ name: _, ...door }) => door),
      supplies: [
        { name: 'small', amperes: 3, boards: boards.slice(0, 3).map(placed) },
        { name: 'rest', amperes: 6 },
      ],
    }),
  });
  const doors = openCabinet(
    CabinetFile.parse({
      lines: Object.entries(cabinet.lockLines).map(([name, url]) => ({ name, url })),
      boards: boards.map((board, n) => ({ name: `board-${n}`, ...board })),
      supplies: [
        { name: 'small', boards: ['board-0', 'board-1', 'board-2'] },
        { name: 'rest', boards: ['board-3', 'board-4', 'board-5'] },
      ],
      slots: slots.map(({ number, name, channel, size }) => ({ number, board: name, channel, size })),
    }),
    { clock },
  );
  const driven: number[] = [];
  cabinet.onRecord((happened) => {
    if (happened.kind === 'pulse') driven.push(happened.door);
  });
  const log = doorLog();
  try {
    await doors.start(log);
    await run({ cabinet, doors, log, driven });
  } finally {
    await doors.stop();
    await cabinet.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const placed = ({ line, address }: { line: string; address: number }) => ({ line, board: address });
const places = boards.map((board, n) => ({ ...board, n }));

// On a real clock most of the time is waiting, so all wait side by side.
describe('boards of all kinds on several lines at once', { concurrent: true }, () => {
  it('tell every door at the start, and each its own door as it opens and shuts', () =>
    withCabinet(async ({ cabinet, doors, log, driven }) => {
      const closed = slots.map(({ number }) => `${number} closed`);
      expect(log.told.splice(0).sort()).toEqual(closed.sort());
      for (const { n } of places) {
        doors.watch(doorOf(n, 2), true);
        expect(await pulsed(doors, doorOf(n, 2))).toMatchObject({ ok: true });
        await log.until(`${doorOf(n, 2)} open`);
        await cabinet.pushShut(doorOf(n, 2));
        await log.until(`${doorOf(n, 2)} closed`);
        doors.watch(doorOf(n, 2), false);
      }
      expect(driven).toEqual(places.map(({ n }) => doorOf(n, 2)));
      expect(log.told).toHaveLength(2 * boards.length);
    }));

  it('are lost one by one, without the others', () =>
    withCabinet(async ({ cabinet, doors, log }) => {
      log.told.length = 0;
      for (const line of ['left', 'right', 'far']) {
        const [dead] = places.filter((board) => board.line === line).slice(-1);
        if (!dead) throw new Error('each line has a board');
        await cabinet.changeLineFaults({ line, deadBoards: [dead.address] });
        await log.until(`board-${dead.n} lost`);
      }
      expect(log.told.filter((what) => what.endsWith('lost'))).toHaveLength(3);
      doors.watch(1, true);
      expect(await pulsed(doors, 1)).toEqual({ ok: true, acknowledged: true });
      await log.until('1 open');
      for (const line of ['left', 'right', 'far']) await cabinet.changeLineFaults({ line, deadBoards: [] });
      for (const { n } of [places[2], places[4], places[5]].flatMap((board) => board ?? [])) {
        await log.until(`board-${n} back`);
        await log.until(`${doorOf(n)} closed`);
      }
    }));

  it('live through a cable pulled in the middle of an opening', () =>
    withCabinet(async ({ cabinet, doors, log, driven }) => {
      cabinet.changeDoorFaults(6, { jam: 'forGood' });
      expect(await pulsed(doors, 6)).toEqual({ ok: true, acknowledged: true });
      expect(await doors.pulse(6, 300)).toMatchObject({ ok: false, reason: 'resting' });

      const opening = pulsed(doors, 7);
      await cabinet.waitFor((_view, record) => record.some(({ door }) => door === 7));
      await cabinet.changeLineFaults({ line: 'left', unplugged: true });
      expect(await opening).toMatchObject({ ok: true });
      await log.until('board-0 lost');
      await log.until('board-1 lost');
      await log.until('board-2 lost');
      expect(log.told).not.toContain('board-3 lost');
      await cabinet.changeLineFaults({ line: 'left', unplugged: false });
      await log.until('7 open');
      expect(driven).toEqual([6, 7]);
    }));
});

/** Asks again where the supply needs a moment. */
async function pulsed(doors: Doors, door: number) {
  for (;;) {
    const pulse = await doors.pulse(door, 300);
    if (pulse.ok || pulse.retryInMs === undefined || pulse.reason !== 'supply busy') return pulse;
    await new Promise<void>((resolve) => clock.after(pulse.retryInMs ?? 0, resolve));
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
