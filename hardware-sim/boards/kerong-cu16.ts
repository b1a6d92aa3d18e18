import type { KerongCu16Config } from './board-config.ts';
import { kerongFrame, kerongFrameAt } from './kerong-sum.ts';
import { type BoardBody, bitBytes, createTalker, energiseAll, type Found, type Talker } from './talker.ts';

interface Request {
  board: number;
  /** Counted from 0. */
  lock: number;
  command: number;
}

const REQUEST_BYTES = 5;
const STATUS = 0x30;
const UNLOCK = 0x31;
const UNLOCK_ALL = 0x33;
const STATUS_REPLY = 0x35;
const BOARD_SHIFT = 4;
const LOCK_MASK = 0x0f;

/** KR-CU16: hook switches and infrared inputs in one answer. A set hook bit is a shorted contact. */
export function kerongCu16Talker(config: KerongCu16Config, body: BoardBody): Talker {
  const isShorted = (channel: number) => channel <= config.channels && body.contactShorted(channel);
  const sendStatus = () => {
    const address = (body.says() << BOARD_SHIFT) & 0xff;
    const inputs = [...bitBytes(2, isShorted), ...bitBytes(2, body.inputOn)];
    body.send(kerongFrame([address, STATUS_REPLY, ...inputs]));
  };

  return createTalker<Request>({
    requestAt,
    answer: ({ board, lock, command }) => {
      if (board !== body.hears()) return;
      if (command === STATUS) return sendStatus();
      if (command === UNLOCK && lock < config.channels) body.energise(lock + 1, config.pulseMs);
      else if (command === UNLOCK_ALL) energiseAll(body, config);
      else return;
      if (config.unlockReply === 'status') sendStatus();
    },
  });
}

/** `02 ADDR CMD 03 SUM`, where ADDR is the board and, in its low half, the lock. */
function requestAt(bytes: readonly number[]): Found<Request> {
  const whole = kerongFrameAt(bytes, REQUEST_BYTES);
  if (whole === 'incomplete') return whole;
  const [, address = 0, command = 0] = bytes;
  if (!whole) return null;
  const request = { board: address >> BOARD_SHIFT, lock: address & LOCK_MASK, command };
  return { request, length: REQUEST_BYTES };
}
