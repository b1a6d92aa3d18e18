import { type Bcc8aBoard, createBcc8aBoard } from '../boards/bcc8a.ts';
import type { Bcc8aConfig } from '../boards/bcc8a-config.ts';
import type { LockLineFaults } from '../cabinet/faults.ts';
import type { Clock } from '../clock.ts';
import { type Line, type LinePlace, openLine } from './line.ts';

/** The lock boards of a cabinet on their shared line, with whatever is wrong with it. */
export interface LockLine extends Pick<Line, 'address' | 'onHostBytes' | 'stop'> {
  faults(): LockLineFaults;
  /** Resolves when the faults are in effect. */
  setFaults(faults: LockLineFaults): Promise<void>;
  contactChanged(terminal: { board: number; channel: number }): void;
}

/** Seen in the wild before replies of `bcc8a` boards. */
const NOISE = Uint8Array.of(0xfa, 0xfd, 0x99, 0x99);
const FLIPPED_BIT = 0x04;

export async function openLockLine(options: {
  clock: Clock;
  place: LinePlace;
  baud: number;
  boards: Bcc8aConfig[];
  faults: LockLineFaults;
  wiring: {
    contactShorted(terminal: { board: number; channel: number }): boolean;
    energise(terminal: { board: number; channel: number }, durationMs: number): void;
  };
  log: (message: string) => void;
}): Promise<LockLine> {
  const { clock, wiring } = options;
  const boards = new Map<number, Bcc8aBoard>();
  let faults = options.faults;
  let replies = 0;

  const alive = (address: number) => !faults.deadBoards.includes(address);
  const onReceive = (bytes: Uint8Array) => {
    for (const board of boards.values()) board.receive(bytes);
  };
  const line = await openLine({ ...options, onReceive });
  const send = (address: number, reply: Uint8Array) => {
    if (!alive(address)) return;
    replies += 1;
    const noise = faults.noise && replies % faults.noise.everyNth === 0 ? faults.noise.style : null;
    if (noise === 'beforeReplies') void line.send(NOISE);
    void line.send(noise === 'garbledReplies' ? garble(reply) : reply);
  };
  for (const config of options.boards) {
    const board = config.address;
    boards.set(
      board,
      createBcc8aBoard({
        clock,
        config,
        wiring: {
          contactShorted: (channel) => wiring.contactShorted({ board, channel }),
          energise: (channel, durationMs) => alive(board) && wiring.energise({ board, channel }, durationMs),
        },
        send: (bytes) => send(board, bytes),
      }),
    );
  }
  const setFaults = async (next: LockLineFaults) => {
    const wasUnplugged = faults.unplugged;
    faults = next;
    line.setEcho(next.echo);
    await line.setUnplugged(next.unplugged).catch((error) => {
      faults = { ...faults, unplugged: wasUnplugged };
      throw error;
    });
  };
  await setFaults(faults);

  return {
    address: line.address,
    onHostBytes: line.onHostBytes,
    faults: () => faults,
    setFaults,
    contactChanged: ({ board, channel }) => boards.get(board)?.contactChanged(channel),
    stop: async () => {
      for (const board of boards.values()) board.stop();
      await line.stop();
    },
  };
}

function garble(reply: Uint8Array): Uint8Array {
  return reply.with(-1, (reply.at(-1) ?? 0) ^ FLIPPED_BIT);
}
