/** What a scripted board is and has heard; its profile's answers are made of it. */
export interface ScriptedState {
  address: number;
  channels: number;
  open: ReadonlySet<number>;
  inputsOn: ReadonlySet<number>;
  drive(channel: number): void;
}

/** The answer to one whole frame; undefined to one that is not for this board, or that has none. */
export type Answer = (asked: Uint8Array, board: ScriptedState) => number[] | undefined;

/** Each profile as its documents have it, closed doors making contact; checks done by hand, apart from the drivers. */
export const answersOf: Readonly<Record<string, Answer>> = {
  'kerong-cu48': ([, address = 0, lock = 0, command], board) => {
    if (address !== board.address) return undefined;
    if (command === 0x51) board.drive(lock + 1);
    return command === 0x50 ? summed([2, address, 0, 0x65, ...shut(board, 6), 3]) : undefined;
  },
  'kerong-cu16': ([, address = 0, command], board) => {
    if (address >> 4 !== board.address) return undefined;
    if (command === 0x31) board.drive((address & 15) + 1);
    if (command !== 0x30) return undefined;
    return summed([2, address, 0x35, ...shut(board, 2), ...bits(2, (at) => board.inputsOn.has(at)), 3]);
  },
  'kerong-cu12': ([, address = 0, lock = 0, command = 0], board) => {
    if (address !== board.address) return undefined;
    if (command === 0x81) board.drive(lock + 1);
    const data = command === 0x80 ? shut(board, 2) : [];
    const head = [2, address, lock, command, 0x10, data.length, 3];
    return [...head, sum([...head, ...data]), ...data];
  },
  wkly: ([, , , , , address = 0, command, channel = 0], board) => {
    if (address !== board.address) return undefined;
    if (command === 0x82) {
      board.drive(channel);
      return wklyFrame(address, 0x82, 0, channel, 0);
    }
    const states = Array.from({ length: board.channels }, (_, at) => (board.open.has(at + 1) ? 0 : 1));
    return command === 0x84 ? wklyFrame(address, 0x84, 0, states.length, ...states) : undefined;
  },
  'modbus-relay': (asked, board) => {
    const [address = 0, command, where = 0, relay = 0, , count = 0] = asked;
    if (address !== board.address) return undefined;
    if (command === 5) {
      if (where === 2) board.drive(relay + 1);
      return [...asked];
    }
    const length = Math.ceil(count / 8);
    if (command === 1) return crced([address, 1, length, ...Array(length).fill(0)]);
    const on = (at: number) => board.inputsOn.has(at) || (at <= board.channels && !board.open.has(at));
    return crced([address, 2, length, ...bits(length, (at) => at <= count && on(at))]);
  },
};

function shut(board: ScriptedState, length: number): number[] {
  return bits(length, (at) => at <= board.channels && !board.open.has(at));
}

function bits(length: number, isSet: (at: number) => boolean): number[] {
  return Array.from({ length }, (_, byte) =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, bit) => sum + (isSet(byte * 8 + bit + 1) ? 2 ** bit : 0), 0),
  );
}

function sum(bytes: readonly number[]): number {
  return bytes.reduce((total, byte) => total + byte, 0) % 256;
}

function summed(bytes: number[]): number[] {
  return [...bytes, sum(bytes)];
}

function wklyFrame(address: number, command: number, ...data: number[]): number[] {
  const bytes = [0x57, 0x4b, 0x4c, 0x59, 8 + data.length, address, command, ...data];
  return [...bytes, bytes.reduce((check, byte) => check ^ byte, 0)];
}

/** CRC-16 of Modbus by polynomial division over the bits as they go over the line. */
function crced(bytes: number[]): number[] {
  let register = 0xffff;
  for (const bit of bytes.flatMap((byte) => [0, 1, 2, 3, 4, 5, 6, 7].map((at) => (byte >> at) & 1))) {
    register = (register & 1) === bit ? register >> 1 : (register >> 1) ^ 0xa001;
  }
  return [...bytes, register & 0xff, register >> 8];
}
