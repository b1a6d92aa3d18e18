import type { KerongCu12Config } from './board-config.ts';
import { ETX, lowSum, STX } from './kerong-sum.ts';
import { type BoardBody, bitBytes, createTalker, energiseAll, type Found, type Talker } from './talker.ts';

interface Request {
  address: number;
  /** Counted from 0. */
  lock: number;
  command: number;
  data: number[];
  sumIsRight: boolean;
}

const HEAD_BYTES = 8;
const DATA_BYTES_MAX = 16;
const EVERY_BOARD = 0x10;
const EVERY_LOCK = 0x0c;
const STATUS = 0x80;
const UNLOCK = 0x81;
const UNLOCK_TIME = 0x82;
const BAUD = 0x83;
const VERSION = 0x8f;
const VERSION_DATA = [0x10, 0x12];
const TIME_UNIT_MS = 10;
const ASK = { request: 0x00, ok: 0x10, failed: 0x11, unknown: 0x13, badSum: 0x14 };

/** KR-CU12 (NCU12): every request is answered, also with why it was not done. A set status bit is a shorted contact. */
export function kerongCu12Talker(config: KerongCu12Config, body: BoardBody): Talker {
  const { channels } = config;
  let { pulseMs } = config;

  const done: Record<number, (request: Request) => number[] | null> = {
    [STATUS]: () => bitBytes(2, (channel) => channel <= channels && body.contactShorted(channel)),
    [UNLOCK]: ({ lock }) => {
      if (lock === EVERY_LOCK) energiseAll(body, { channels, pulseMs });
      else if (lock < channels) body.energise(lock + 1, pulseMs);
      else return null;
      return [];
    },
    [UNLOCK_TIME]: ({ data: [first, second] }) => {
      if (first === undefined || second === undefined) return null;
      const units = config.unlockTimeOrder === 'highFirst' ? first * 256 + second : first + second * 256;
      pulseMs = Math.max(1, units) * TIME_UNIT_MS;
      return [];
    },
    [BAUD]: () => [],
    [VERSION]: () => VERSION_DATA,
  };

  return createTalker<Request>({
    requestAt,
    answer: (request) => {
      const { address, lock, command } = request;
      if (address !== body.hears() && address !== EVERY_BOARD) return;
      const answer = (ask: number, data: number[] = []) =>
        body.send(encode({ address: body.says(), lock, command, ask, data }));
      if (!request.sumIsRight) return answer(ASK.badSum);
      const run = done[command];
      if (!run) return answer(ASK.unknown);
      const data = run(request);
      return data ? answer(ASK.ok, data) : answer(ASK.failed);
    },
  });
}

/** `02 ADDR LOCK CMD ASK LEN 03 SUM [DATA]`; SUM covers everything but itself. */
function requestAt(bytes: readonly number[]): Found<Request> {
  if (bytes[0] !== STX) return null;
  if (bytes.length < HEAD_BYTES) return 'incomplete';
  const [, address = 0, lock = 0, command = 0, ask, dataBytes = 0, end, sum] = bytes;
  if (end !== ETX || ask !== ASK.request || dataBytes > DATA_BYTES_MAX) return null;
  const length = HEAD_BYTES + dataBytes;
  if (bytes.length < length) return 'incomplete';
  const data = bytes.slice(HEAD_BYTES, length);
  const sumIsRight = sum === lowSum([...bytes.slice(0, HEAD_BYTES - 1), ...data]);
  return { request: { address, lock, command, data, sumIsRight }, length };
}

function encode(reply: { address: number; lock: number; command: number; ask: number; data: number[] }) {
  const { address, lock, command, ask, data } = reply;
  const head = [STX, address, lock, command, ask, data.length, ETX];
  return Uint8Array.from([...head, lowSum([...head, ...data]), ...data]);
}
