import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Doors } from '../../ports/doors.ts';
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
export function openCabinet(file: CabinetFile, { clock, lineOf = lineFromUrl }: CabinetOptions): Doors {
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
  return boardDoors({
    clock,
    boards,
    supplies: file.supplies,
    slots: file.slots,
    release: async () => {
      await Promise.all([...buses.values()].map((bus) => bus.close()));
    },
  });
}
