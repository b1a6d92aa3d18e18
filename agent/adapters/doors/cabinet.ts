import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Doors } from '../../ports/doors.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import { lineFromUrl } from '../byte-stream/line-from-url.ts';
import { lineClaims } from '../gpio/line-claims.ts';
import { openGpioBoard } from '../lock-board/gpio-board.ts';
import { defaultBaudRate, isSerialEntry, openSerialBoard, serialProfiles } from '../lock-board/profiles.ts';
import { type SerialBus, serialBus } from '../lock-board/serial-bus.ts';
import { boardDoors, type SlotCoil } from './board-doors.ts';
import type { CabinetFile } from './cabinet-file.ts';
import { hasHook } from './hooks.ts';

export interface CabinetOptions {
  clock: Clock;
  /** Makes the lines; the real ones unless told. */
  lineOf?: (url: string, options: { baudRate: number; clock: Clock }) => ByteLine;
}

/** The doors of a cabinet as its file wires it. Opens nothing before `start`. */
export function openCabinet(
  file: CabinetFile,
  options: CabinetOptions & {
    /** What is remembered of coils that an earlier life of the program drove, so that a restart forgives nothing. */
    coilsAtStart?: readonly SlotCoil[];
  },
): Doors {
  const { boards, close } = openBoards(file, options);
  const { supplies, serviceSwitch } = file;
  const slots = file.slots.map((slot) => ({ ...slot, hook: hasHook(file.boards, slot) }));
  const { clock, coilsAtStart = [] } = options;
  return boardDoors({
    clock,
    boards,
    supplies,
    slots,
    serviceSwitch,
    coilsAtStart,
    lines: boardsByLine(file),
    release: close,
  });
}

function boardsByLine({ lines, boards }: Pick<CabinetFile, 'lines' | 'boards'>): string[][] {
  const serial = boards.filter(isSerialEntry);
  return lines.map(({ name }) => serial.filter(({ line }) => line === name).map((board) => board.name));
}

/** The boards alone, without anything that keeps the power limits: for tools and tests. */
export function openBoards(
  file: Pick<CabinetFile, 'lines' | 'boards'>,
  { clock, lineOf = lineFromUrl }: CabinetOptions,
): { boards: LockBoard[]; close(): Promise<void> } {
  const buses = new Map<string, SerialBus>();
  const serial = file.boards.filter(isSerialEntry);
  for (const { name, url, baudRate } of file.lines) {
    const onLine = serial.filter((board) => board.line === name);
    const [first] = onLine;
    if (first === undefined) continue;
    const rate = baudRate ?? defaultBaudRate(onLine.map((board) => board.profile));
    if (rate === undefined)
      throw new Error(`a parsed cabinet gives line ${name} a baud rate, since its boards differ`);
    const line = lineOf(url, { baudRate: rate, clock });
    const echoProbe = serialProfiles[first.profile].echoProbe(first.address);
    buses.set(name, serialBus({ line, clock, echoProbe }));
  }
  const claims = lineClaims();
  const boards = file.boards.map((board) => {
    if (!isSerialEntry(board)) return openGpioBoard(board, clock, claims);
    const bus = buses.get(board.line);
    if (bus === undefined) {
      throw new Error(`a parsed cabinet has every line that its boards name; not ${board.line}`);
    }
    return openSerialBoard(board, bus);
  });
  const close = async () => {
    await Promise.all([...buses.values()].map((bus) => bus.close()));
  };
  return { boards, close };
}
