import type { BoardConfig } from '../boards/board-config.ts';
import type { LockLineFaults } from '../cabinet/faults.ts';
import type { Clock } from '../clock.ts';
import { startFlood } from './flood.ts';
import { type Line, type LinePlace, openLine } from './line.ts';
import { createLineBoard, type LineBoard, type LineWiring } from './line-board.ts';
import { collide, createReplyFaults } from './reply-faults.ts';

/** Lock boards on their shared line, with whatever is wrong with it. */
export interface LockLine extends Pick<Line, 'address' | 'host' | 'onHostBytes' | 'stop'> {
  name: string;
  baud: number;
  boards: readonly BoardConfig[];
  faults(): LockLineFaults;
  /** Resolves when the faults are in effect. */
  setFaults(faults: LockLineFaults): Promise<void>;
  contactChanged(terminal: { board: number; channel: number }): void;
  /** False where there is no such board. */
  resetBoard(board: number, silentMs: number): boolean;
}

export async function openLockLine(options: {
  clock: Clock;
  name: string;
  place: LinePlace;
  baud: number;
  boards: BoardConfig[];
  faults: LockLineFaults;
  wiring: LineWiring;
  log: (message: string) => void;
}): Promise<LockLine> {
  const { clock, name, baud, wiring } = options;
  const boards = new Map<number, LineBoard>();
  let faults = options.faults;
  let stopFlood = () => {};

  const line = await openLine({
    ...options,
    onReceive: (bytes, onWire) => {
      const said: { board: LineBoard; bytes: Uint8Array }[] = [];
      hear = (board, reply) => said.push({ board, bytes: reply });
      for (const board of boards.values()) board.receive(bytes, onWire);
      hear = (_board, reply) => replies.send(reply);
      for (const reply of sayAll(said)) replies.send(reply);
    },
  });
  const replies = createReplies({ clock, faults: () => faults, send: (bytes) => void line.send(bytes) });
  let hear = (_board: LineBoard, reply: Uint8Array): unknown => replies.send(reply);
  for (const config of options.boards) {
    const board: LineBoard = createLineBoard({
      clock,
      config,
      faults: () => faults,
      wiring,
      send: (bytes) => hear(board, bytes),
    });
    boards.set(config.address, board);
  }

  const setFaults = async (next: LockLineFaults) => {
    const wasUnplugged = faults.unplugged;
    faults = next;
    line.setEcho(next.echo);
    stopFlood();
    if (next.flood) stopFlood = startFlood({ clock, ...next.flood, send: line.intrude });
    if (!next.late) replies.dropLate();
    for (const board of boards.values()) board.faultsChanged();
    await line.setUnplugged(next.unplugged).catch((error) => {
      faults = { ...faults, unplugged: wasUnplugged };
      throw error;
    });
  };
  await setFaults(faults);

  return {
    name,
    baud,
    address: line.address,
    host: line.host,
    boards: options.boards,
    onHostBytes: line.onHostBytes,
    faults: () => faults,
    setFaults,
    contactChanged: ({ board, channel }) => boards.get(board)?.contactChanged(channel),
    resetBoard: (address, silentMs) => {
      boards.get(address)?.reset(silentMs);
      return boards.has(address);
    },
    stop: async () => {
      stopFlood();
      replies.dropLate();
      for (const board of boards.values()) board.stop();
      await line.stop();
    },
  };
}

/** Sends replies as the line's faults leave them. */
function createReplies(options: {
  clock: Clock;
  faults: () => LockLineFaults;
  send: (bytes: Uint8Array) => void;
}) {
  const { clock, send } = options;
  const replyFaults = createReplyFaults();
  const late = new Set<() => void>();

  return {
    send: (reply: Uint8Array) => {
      const { bytes, delayMs } = replyFaults.spoil(reply, options.faults());
      if (delayMs === 0) return send(bytes);
      const cancel = clock.after(delayMs, () => {
        late.delete(cancel);
        send(bytes);
      });
      late.add(cancel);
      return undefined;
    },
    dropLate: () => {
      for (const cancel of late) cancel();
      late.clear();
    },
  };
}

/** What goes onto the line where several boards answered: those that answer with one address do so at once. */
function sayAll(said: { board: LineBoard; bytes: Uint8Array }[]): Uint8Array[] {
  const sent: { board: LineBoard; bytes: Uint8Array; taken: boolean }[] = [];
  for (const { board, bytes } of said) {
    const other = sent.find(
      (reply) => !reply.taken && reply.board !== board && reply.board.says() === board.says(),
    );
    if (other) Object.assign(other, { bytes: collide(other.bytes, bytes), taken: true });
    else sent.push({ board, bytes, taken: false });
  }
  return sent.map(({ bytes }) => bytes);
}
