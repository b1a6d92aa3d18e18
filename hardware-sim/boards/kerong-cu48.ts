import type { KerongCu48Config } from './board-config.ts';
import { kerongFrame, kerongFrameAt } from './kerong-sum.ts';
import { type BoardBody, bitBytes, createTalker, energiseAll, type Found, type Talker } from './talker.ts';

interface Request {
  address: number;
  /** Counted from 0. */
  lock: number;
  command: number;
}

const REQUEST_BYTES = 6;
const STATUS_BYTES = 6;
const EVERY_BOARD = 0x0a;
const EVERY_LOCK = 0x30;
const STATUS = 0x50;
const UNLOCK = 0x51;
const STATUS_REPLY = 0x65;

/** KR-CU48, protocol 2.1: answers a status query, and never an unlock. A set bit is a shorted contact. */
export function kerongCu48Talker(config: KerongCu48Config, body: BoardBody): Talker {
  const isShorted = (channel: number) => channel <= config.channels && body.contactShorted(channel);

  const unlock = (lock: number) => {
    if (lock === EVERY_LOCK) energiseAll(body, config);
    else if (lock < config.channels) body.energise(lock + 1, config.pulseMs);
  };

  return createTalker<Request>({
    requestAt,
    answer: ({ address, lock, command }) => {
      if (address !== body.hears() && address !== EVERY_BOARD) return;
      if (command === UNLOCK) unlock(lock);
      if (command !== STATUS) return;
      body.send(kerongFrame([body.says(), 0, STATUS_REPLY, ...bitBytes(STATUS_BYTES, isShorted)]));
    },
  });
}

/** `02 ADDR LOCK CMD 03 SUM` */
function requestAt(bytes: readonly number[]): Found<Request> {
  const whole = kerongFrameAt(bytes, REQUEST_BYTES);
  if (whole === 'incomplete') return whole;
  const [, address = 0, lock = 0, command = 0] = bytes;
  return whole ? { request: { address, lock, command }, length: REQUEST_BYTES } : null;
}
