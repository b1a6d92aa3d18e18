import type { FakePeer } from '../byte-stream/fake-line.ts';
import type { FindReply, Found } from './find-reply.ts';

export function bytes(hexDigits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hexDigits, 'hex'));
}

export function hex(frame: Uint8Array | undefined): string | undefined {
  return frame && Buffer.from(frame).toString('hex').toUpperCase();
}

/** What is found once the line fell quiet. */
export function foundIn<T>(find: FindReply<T>, received: Uint8Array): Found<T> | undefined {
  return find(received, true);
}

export function replyOf<T>(find: FindReply<T>, received: Uint8Array): T | undefined {
  const found = foundIn(find, received);
  return found && 'reply' in found ? found.reply : undefined;
}

/** Boards of the "8A" family, scripted from the vectors, at the far end of a line in memory. */
export interface ScriptedBoards {
  /** Every frame that came, as upper-case hex. */
  readonly heard: readonly string[];
  /** Channels driven, by address. */
  driven(address: number): readonly number[];
  isOpen: Map<string, boolean>;
  setOpen(address: number, channel: number, open: boolean): void;
  /** Boards that neither hear nor answer. */
  dead: Set<number>;
  /** Put in place of what would be sent; an empty list sends nothing. */
  reply: (frame: Uint8Array, asked: Uint8Array) => Uint8Array[];
  echo: boolean;
  unlockReply: 'header8A' | 'header80' | 'silent';
}

/** All doors closed; closed shorts the contact; status bytes as many as the channels need. */
export function scriptedBoards(peer: FakePeer, channelsByAddress: Record<number, number>): ScriptedBoards {
  const heard: string[] = [];
  const driven = new Map<number, number[]>();
  const open = new Map<string, boolean>();
  const boards: ScriptedBoards = {
    heard,
    driven: (address) => driven.get(address) ?? [],
    isOpen: open,
    setOpen: (address, channel, isOpen) => void open.set(`${address}/${channel}`, isOpen),
    dead: new Set(),
    reply: (frame) => [frame],
    echo: false,
    unlockReply: 'header8A',
  };
  const answer = (asked: Uint8Array): Uint8Array | undefined => {
    const [header = 0, address = 0, channel = 0, command = 0] = asked;
    const channels = channelsByAddress[address];
    if (channels === undefined || boards.dead.has(address)) return undefined;
    const shorted = (at: number) => !open.get(`${address}/${at}`);
    if (header === 0x8a && command === 0x11) {
      driven.set(address, [...(driven.get(address) ?? []), channel]);
      boards.setOpen(address, channel, true);
      if (boards.unlockReply === 'silent') return undefined;
      return frame(boards.unlockReply === 'header80' ? 0x80 : 0x8a, address, channel, 0x11);
    }
    if (header !== 0x80 || command !== 0x33) return undefined;
    if (channel !== 0) return frame(0x80, address, channel, shorted(channel) ? 0x11 : 0x00);
    const groups = Array.from({ length: Math.ceil(channels / 8) }, (_, group) =>
      Array.from({ length: 8 }, (_, bit) => group * 8 + bit + 1)
        .filter((at) => at <= channels && shorted(at))
        .reduce((byte, at) => byte | (1 << ((at - 1) % 8)), 0),
    );
    return frame(0x80, address, ...groups.reverse(), 0x33);
  };
  peer.onBytes = (asked) => {
    heard.push(Buffer.from(asked).toString('hex').toUpperCase());
    if (boards.echo) peer.send(asked);
    const answered = answer(asked);
    if (answered) for (const part of boards.reply(answered, asked)) peer.send(part);
  };
  return boards;
}

function frame(...bytes: number[]): Uint8Array {
  return Uint8Array.of(
    ...bytes,
    bytes.reduce((sum, byte) => sum ^ byte, 0),
  );
}
