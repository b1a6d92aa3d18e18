import type { WklyConfig } from './board-config.ts';
import { type BoardBody, createTalker, energiseAll, type Found, type Talker } from './talker.ts';

interface Request {
  address: number;
  command: number;
  data: number[];
}

const HEADER = [0x57, 0x4b, 0x4c, 0x59];
const LENGTH_AT = 4;
const FRAME_BYTES_MIN = 8;
const FRAME_BYTES_MAX = 64;
const OPEN_ONE = 0x82;
const READ_ONE = 0x83;
const READ_ALL = 0x84;
const CHANGE = 0x85;
const OPEN_ALL = 0x86;
const DONE = 0x00;
const FAILED = 0xff;

/** The boards whose frames begin with "WKLY". What it cannot do it answers with a status of FF. */
export function wklyTalker(config: WklyConfig, body: BoardBody): Talker {
  const stateByte = (channel: number) => (body.contactShorted(channel) ? 1 : 0);
  const send = (command: number, ...data: number[]) => body.send(encode([body.says(), command, ...data]));
  const sendState = (command: number, channel: number) => send(command, DONE, channel, stateByte(channel));

  const openOne = (channel: number) => {
    body.energise(channel, config.pulseMs);
    const replyAfterMs = config.unlockReplyAt === 'pulseStart' ? 0 : config.pulseMs;
    body.later(replyAfterMs, () => sendState(OPEN_ONE, channel));
  };
  const readAll = () => {
    const states = Array.from({ length: config.channels }, (_, index) => stateByte(index + 1));
    send(READ_ALL, DONE, config.channels, ...states);
  };
  const openAll = () => {
    energiseAll(body, config);
    send(OPEN_ALL, DONE);
  };

  return createTalker<Request>({
    requestAt,
    answer: ({ address, command, data: [channel = 0] }) => {
      if (address !== body.hears()) return;
      if (command === READ_ALL) return readAll();
      if (command === OPEN_ALL) return openAll();
      const isThere = channel >= 1 && channel <= config.channels;
      if (command === OPEN_ONE && isThere) return openOne(channel);
      if (command === READ_ONE && isThere) return sendState(READ_ONE, channel);
      return send(command, FAILED);
    },
    changeFrame: (channel) =>
      config.unsolicited ? encode([body.says(), CHANGE, channel, stateByte(channel)]) : null,
  });
}

/** `57 4B 4C 59 LEN ADDR CMD DATA… XOR`; LEN counts the whole frame. */
function requestAt(bytes: readonly number[]): Found<Request> {
  if (HEADER.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return null;
  const length = bytes[LENGTH_AT];
  if (length === undefined) return 'incomplete';
  if (length < FRAME_BYTES_MIN || length > FRAME_BYTES_MAX) return null;
  if (bytes.length < length) return 'incomplete';
  if (xor(bytes.slice(0, length)) !== 0) return null;
  const [address = 0, command = 0, ...data] = bytes.slice(LENGTH_AT + 1, length - 1);
  return { request: { address, command, data }, length };
}

function encode(rest: number[]): Uint8Array {
  const frame = [...HEADER, HEADER.length + 1 + rest.length + 1, ...rest];
  return Uint8Array.from([...frame, xor(frame)]);
}

function xor(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
