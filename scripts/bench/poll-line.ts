import { CabinetFile } from '@latchwork/agent';
import { CabinetLayout, type SimulatedCabinet, startCabinet } from '@latchwork/hardware-sim';
import { findTools } from '../tools.ts';
import type { BenchPlace } from './bench.ts';

const boards = 4;
const channels = 24;
const baudRate = 9_600;
/** A start bit, eight data bits and a stop bit. */
const characterMs = (10 * 1000) / baudRate;
/** A query of the "8A" family, and its reply: header, address, a byte for eight doors, command and check. */
const queryBytes = 5;
const replyBytes = 2 + channels / 8 + 2;
/** Silence that the boards want between two commands (50 to 100 ms). */
const commandGapMs = 50;

/** What one board's status costs on the wire and cannot cost less. */
export const exchangeFloorMs = (queryBytes + replyBytes) * characterMs + commandGapMs;
export const doors = boards * channels;
export const sweepFloorMs = boards * exchangeFloorMs;

/** 96 doors on four boards on one line of 9600 baud, simulated at the far end of a real terminal or connection. */
export async function openPollLine({ folder, atEnd }: BenchPlace): Promise<{
  cabinet: SimulatedCabinet;
  file: CabinetFile;
  line: 'pty' | 'tcp';
}> {
  const line = findTools().socat === null ? 'tcp' : 'pty';
  const every = <T>(count: number, make: (n: number) => T) =>
    Array.from({ length: count }, (_, n) => make(n));
  const places = every(doors, (n) => ({
    number: n + 1,
    size: 'S' as const,
    board: Math.floor(n / channels) + 1,
    channel: (n % channels) + 1,
  }));
  const cabinet = await startCabinet({
    lockLine: line,
    scannerLine: 'tcp',
    dir: folder,
    layout: CabinetLayout.parse({
      boards: every(boards, (n) => ({ address: n + 1, channels })),
      doors: places,
    }),
  });
  atEnd(cabinet.stop);
  const file = CabinetFile.parse({
    lines: [{ name: 'locks', url: cabinet.lockLine, baudRate }],
    boards: every(boards, (n) => ({
      name: `board-${n + 1}`,
      profile: 'bcc8a',
      line: 'locks',
      address: n + 1,
      channels,
    })),
    slots: places.map((place) => ({ ...place, board: `board-${place.board}` })),
  });
  return { cabinet, file, line };
}
