import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CabinetFile,
  type LockBoard,
  lineFromUrl,
  type ManualClock,
  manualClock,
  openBoards,
  realClock,
} from '@latchwork/agent';
import type { LockBoardHarness } from '../../agent/contracts/lock-board.contract.ts';
import {
  CabinetLayout,
  type LineFaultsChange,
  type LineKind,
  type SimulatedCabinet,
  startCabinet,
} from '../index.ts';

/** How one board is built, and how the agent's file names it. */
export interface BoardManner {
  profile: 'bcc8a' | 'kerong-cu48' | 'kerong-cu16' | 'kerong-cu12' | 'wkly' | 'modbus-relay';
  channels: number;
  /** A line in memory runs on a clock of its own, as fast as the machine can; the others on the real one. */
  kind: LineKind;
  /** Fields of the simulated board, and of its entry in the agent's file. */
  config?: object;
  entry?: object;
  faults?: LineFaultsChange;
  acknowledges?: boolean;
  /** The input with an occupancy sensor that sees into door 1; the test may set it at will. */
  sensorInput?: number;
}

const silentProfiles = new Set(['kerong-cu48', 'kerong-cu16']);
const address = 1;

/** One board with a door on each channel, all shut, on a line of its own, and the agent's driver for it. */
async function simulatedBoard(manner: BoardManner) {
  const { profile, channels, kind, config = {}, entry = {}, sensorInput } = manner;
  const dir = await mkdtemp(join(tmpdir(), 'lw-board-'));
  const clock = kind === 'memory' ? manualClock() : realClock();
  const common = { profile, address, channels };
  const numbers = Array.from({ length: channels }, (_, index) => index + 1);
  const cabinet = await startCabinet({
    layout: CabinetLayout.parse({
      boards: [{ ...common, ...config }],
      doors: numbers.map((number) => ({
        ...{ number, size: 'S', board: address, channel: number },
        ...(number === 1 && sensorInput ? { occupancy: { board: address, input: sensorInput } } : {}),
      })),
    }),
    clock: { nowMs: clock.monotonicMs, after: clock.after },
    ...{ dir, lockLine: kind, scannerLine: 'memory' },
  });
  await cabinet.changeLineFaults(manner.faults ?? {});
  const host = cabinet.hosts.lock;
  const file = CabinetFile.parse({
    lines: [{ name: 'locks', url: host ? 'tcp://memory:1' : cabinet.lockLine }],
    boards: [{ name: 'sim', line: 'locks', ...common, ...entry }],
    slots: numbers.map((number) => ({ number, board: 'sim', channel: number, size: 'S' })),
  });
  const driven: number[] = [];
  cabinet.onRecord((happened) => {
    if (happened.kind === 'pulse') driven.push(happened.door);
  });
  const dispose = async () => {
    await cabinet.stop();
    await rm(dir, { recursive: true, force: true });
  };
  const arrivals = countArrivals(cabinet);
  const lineOf: LineOf = host ? () => host : (url, options) => arrivals.counted(lineFromUrl(url, options));
  return { cabinet, clock, file, driven, lineOf, arrivals, dispose };
}

/** The same with the agent's driver for it, for one test. */
export async function withBoard(
  manner: BoardManner,
  run: (made: Made & { board: LockBoard; until: ManualClock['until'] }) => Promise<void>,
): Promise<void> {
  const made = await simulatedBoard(manner);
  const { board, until, close } = open(made);
  try {
    await run({ ...made, board, until });
  } finally {
    await close();
  }
}

type Made = Awaited<ReturnType<typeof simulatedBoard>>;

/** What the contract suite needs of it. */
export function boardHarness(manner: BoardManner) {
  return async (): Promise<LockBoardHarness> => {
    const made = await simulatedBoard(manner);
    const { cabinet, clock, driven, arrivals } = made;
    const { board, until, close } = open(made);
    const change = async (faults: LineFaultsChange) => void (await cabinet.changeLineFaults(faults));
    return {
      ...{ board, clock, until },
      acknowledges: manner.acknowledges ?? !silentProfiles.has(manner.profile),
      driven: () => driven,
      pushShut: async (channel) => void (await until(cabinet.pushShut(channel))),
      silence: async (on) => {
        // What was said to a dead board must not still be under way when it comes to life.
        if (!on && manner.kind !== 'memory') await arrivals.all();
        await change({ deadBoards: on ? [address] : [] });
      },
      unplug: (on) => change({ unplugged: on }),
      ...(!manner.faults && {
        makeNoise: (bytes: number) =>
          change({ noise: bytes === 0 ? null : { style: 'beforeReplies', bytes, everyNth: 1 } }),
      }),
      ...(manner.sensorInput && {
        setInput: (_input: number, on: boolean) => {
          cabinet.changeDoorFaults(1, { lyingOccupancy: on ? 'stuckOccupied' : 'stuckEmpty' });
        },
      }),
      dispose: close,
    };
  };
}

function open({ file, clock, lineOf, dispose }: Made) {
  const { boards, close } = openBoards(file, { clock, lineOf });
  const [board] = boards;
  if (board === undefined) throw new Error('a file has at least one board');
  const until = <T>(promise: Promise<T>): Promise<T> =>
    'until' in clock ? (clock as ManualClock).until(promise) : promise;
  return {
    board,
    until,
    close: async () => {
      await until(close());
      await dispose();
    },
  };
}

type LineOf = NonNullable<Parameters<typeof openBoards>[1]['lineOf']>;

/** Longer than any command is on its wire. */
const wireMs = 50;

/** Counts what the agent has written and what has come in at the cabinet's end. */
function countArrivals(cabinet: SimulatedCabinet) {
  let written = 0;
  let arrived = 0;
  let look = () => {};
  cabinet.onLockBytes((bytes) => {
    arrived += bytes.length;
    look();
  });
  return {
    counted: (line: ReturnType<LineOf>): ReturnType<LineOf> => ({
      name: line.name,
      open: async (listener) => {
        const opened = await line.open(listener);
        if (!opened.ok) return opened;
        const { stream } = opened;
        const write = (bytes: Uint8Array) => {
          written += bytes.length;
          return stream.write(bytes);
        };
        return { ok: true, stream: { write, close: () => stream.close() } };
      },
    }),
    /** Resolves once everything written has come out at the far end. */
    all: async () => {
      await new Promise<void>((resolve) => {
        look = () => {
          if (arrived >= written) resolve();
        };
        look();
      });
      await new Promise<void>((resolve) => realClock().after(wireMs, resolve));
    },
  };
}
