import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Doors } from '../../ports/doors.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import { lineFromUrl } from '../byte-stream/line-from-url.ts';
import { bcc8aBoard } from '../lock-board/bcc8a-board.ts';
import { encodeReadOne } from '../lock-board/bcc8a-frames.ts';
import { type SerialBus, serialBus } from '../lock-board/serial-bus.ts';
import { boardDoors } from './board-doors.ts';
import type { CabinetFile } from './cabinet-file.ts';

export interface CabinetOptions {
  clock: Clock;
  /** Makes the lines; the real ones unless told. */
  lineOf?: (url: string, options: { baudRate: number; clock: Clock }) => ByteLine;
}

/** The doors of a cabinet as its file wires it. Opens nothing before `start`. */
export function openCabinet(file: CabinetFile, options: CabinetOptions): Doors {
  const { boards, close } = openBoards(file, options);
  const { supplies, slots } = file;
  return boardDoors({ clock: options.clock, boards, supplies, slots, release: close });
}

/** The boards alone, without anything that keeps the power limits: for tools and tests. */
export function openBoards(
  file: Pick<CabinetFile, 'lines' | 'boards'>,
  { clock, lineOf = lineFromUrl }: CabinetOptions,
): { boards: LockBoard[]; close(): Promise<void> } {
  const buses = new Map<string, SerialBus>();
  for (const { name, url, baudRate } of file.lines) {
    const first = file.boards.find((board) => board.line === name);
    if (first === undefined) continue;
    const line = lineOf(url, { baudRate, clock });
    buses.set(name, serialBus({ line, clock, echoProbe: encodeReadOne(first.address, 1) }));
  }
  const boards = file.boards.map(({ line, feedbackByChannel, pulseMs, ...board }) => {
    const bus = buses.get(line);
    if (bus === undefined)
      throw new Error(`a parsed cabinet has every line that its boards name; not ${line}`);
    const feedbacks = Object.entries(feedbackByChannel).map(
      ([channel, feedback]) => [Number(channel), feedback] as const,
    );
    return bcc8aBoard(bus, {
      ...board,
      feedbackByChannel: new Map(feedbacks),
      ...(pulseMs === undefined ? {} : { pulseMs }),
    });
  });
  const close = async () => {
    await Promise.all([...buses.values()].map((bus) => bus.close()));
  };
  return { boards, close };
}
