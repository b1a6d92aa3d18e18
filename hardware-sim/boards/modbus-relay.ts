import type { ModbusRelayConfig } from './board-config.ts';
import { crc16 } from './crc16.ts';
import { type BoardBody, bitBytes, createTalker, type Found, type Talker } from './talker.ts';

interface Request {
  address: number;
  command: number;
  /** The two 16-bit fields that every request served here has. */
  first: number;
  second: number;
}

const REQUEST_BYTES = 8;
const READ_RELAYS = 0x01;
const READ_INPUTS = 0x02;
const WRITE_RELAY = 0x05;
/** Up to here every function's request is 8 bytes long; what lies beyond is not told from noise. */
const FUNCTION_MAX = 0x06;
const EVERY_BOARD = 0;
const EVERY_RELAY = 0x00ff;
/** `0x0200 + relay` with a value of tenths of a second is a pulse that the board times itself (Waveshare). */
const PULSE_BASE = 0x0200;
const PULSE_UNIT_MS = 100;
const PULSE_UNITS_MAX = 0x7fff;
const ON = 0xff00;
const OFF = 0x0000;
const EXCEPTION = 0x80;
const NO_SUCH_FUNCTION = 0x01;
const NO_SUCH_ADDRESS = 0x02;
const NO_SUCH_VALUE = 0x03;

/** A Waveshare relay board. A relay that is switched on stays on until it is switched off; a pulse ends by itself. */
export function modbusRelayTalker(config: ModbusRelayConfig, body: BoardBody): Talker {
  /** The relays that are closed, each with the turn that closed it last. */
  const relays = new Map<number, symbol>();
  const release = (relay: number) => {
    relays.delete(relay);
    body.release(relay);
  };
  const drive = (relay: number, durationMs: number | null) => {
    const turn = Symbol();
    relays.set(relay, turn);
    body.energise(relay, durationMs);
    if (durationMs === null) return;
    body.later(durationMs, () => relays.get(relay) === turn && relays.delete(relay));
  };
  const all = (run: (relay: number) => void) => {
    for (let relay = 1; relay <= config.channels; relay += 1) run(relay);
  };

  /** Does it, or gives the exception's code. */
  const write = ({ first, second }: Request): number | null => {
    const isPulse = first >= PULSE_BASE && first < PULSE_BASE + config.channels;
    if (isPulse && (second < 1 || second > PULSE_UNITS_MAX)) return NO_SUCH_VALUE;
    if (isPulse) drive(first - PULSE_BASE + 1, second * PULSE_UNIT_MS);
    else if (first !== EVERY_RELAY && first >= config.channels) return NO_SUCH_ADDRESS;
    else if (second !== ON && second !== OFF) return NO_SUCH_VALUE;
    else {
      const run = second === ON ? (relay: number) => drive(relay, null) : release;
      if (first === EVERY_RELAY) all(run);
      else run(first + 1);
    }
    return null;
  };
  const read = (isOn: (number: number) => boolean, count: number, { first, second }: Request) => {
    if (second < 1 || first + second > count) return NO_SUCH_ADDRESS;
    const bytes = Math.ceil(second / 8);
    return [bytes, ...bitBytes(bytes, (number) => number <= second && isOn(first + number))];
  };
  const answer = (request: Request): number | number[] => {
    if (request.command === READ_RELAYS) return read((relay) => relays.has(relay), config.channels, request);
    if (request.command === READ_INPUTS) return read(body.inputOn, config.inputs, request);
    if (request.command !== WRITE_RELAY) return NO_SUCH_FUNCTION;
    return write(request) ?? [...word(request.first), ...word(request.second)];
  };

  return createTalker<Request>({
    requestAt,
    answer: (request) => {
      if (request.address !== body.hears() && request.address !== EVERY_BOARD) return;
      const answered = answer(request);
      if (request.address === EVERY_BOARD) return;
      const { command } = request;
      body.send(
        typeof answered === 'number'
          ? encode([body.says(), command | EXCEPTION, answered])
          : encode([body.says(), command, ...answered]),
      );
    },
    reset: () => relays.clear(),
  });
}

function requestAt(bytes: readonly number[]): Found<Request> {
  const [address = 0, command] = bytes;
  if (command === undefined) return 'incomplete';
  if (command < READ_RELAYS || command > FUNCTION_MAX) return null;
  if (bytes.length < REQUEST_BYTES) return 'incomplete';
  const frame = bytes.slice(0, REQUEST_BYTES);
  if (crc16(frame) !== 0) return null;
  const at = (index: number) => (frame[index] ?? 0) * 256 + (frame[index + 1] ?? 0);
  return { request: { address, command, first: at(2), second: at(4) }, length: REQUEST_BYTES };
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function encode(bytes: number[]): Uint8Array {
  const crc = crc16(bytes);
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
}
