import { type FindReply, firstFrame, startsWith } from './find-reply.ts';

/**
 * Modbus-RTU frames of relay and input boards: `ADDR FUNCTION … CRC`, the check's low byte first.
 * Relays and inputs count from 0 on the wire.
 */

const READ_RELAYS = 0x01;
const READ_INPUTS = 0x02;
const WRITE_RELAY = 0x05;
const EXCEPTION = 0x80;
/** In place of a relay: all of them (Waveshare). */
const ALL_RELAYS = 0x00ff;
/** Added to a relay: the value is then a pulse in steps of 100 ms, which the board times itself (Waveshare). */
const PULSE = 0x0200;
export const PULSE_STEP_MS = 100;
const ON = 0xff00;
const OFF = 0x0000;

export function encodeSwitch(address: number, relay: number, on: boolean): Uint8Array {
  return withCrc(address, WRITE_RELAY, ...word(relay), ...word(on ? ON : OFF));
}

export function encodeAllOff(address: number): Uint8Array {
  return encodeSwitch(address, ALL_RELAYS, false);
}

/** Not legal Modbus, whose coils take only on and off. */
export function encodePulse(address: number, relay: number, steps: number): Uint8Array {
  return withCrc(address, WRITE_RELAY, ...word(PULSE + relay), ...word(steps));
}

export function encodeReadRelays(address: number, count: number): Uint8Array {
  return withCrc(address, READ_RELAYS, ...word(0), ...word(count));
}

export function encodeReadInputs(address: number, count: number): Uint8Array {
  return withCrc(address, READ_INPUTS, ...word(0), ...word(count));
}

/** A write is answered with its own bytes, or with an exception. */
export function findWriteReply(request: Uint8Array): FindReply<true> {
  return (received) =>
    firstFrame(received, (rest) =>
      startsWith(rest, [...request]) ? { reply: true, bytes: request.length } : exceptionTo(request, rest),
    );
}

/** The bits of a read, bit 0 of the first byte the first. */
export function findReadReply(request: Uint8Array): FindReply<Uint8Array> {
  const [address = 0, read = 0] = request;
  const dataLength = Math.ceil(((request[4] ?? 0) * 256 + (request[5] ?? 0)) / 8);
  const bytes = 3 + dataLength + 2;
  return (received) =>
    firstFrame(received, (rest) =>
      startsWith(rest, [address, read, dataLength]) && checks(rest, bytes)
        ? { reply: rest.slice(3, 3 + dataLength), bytes }
        : exceptionTo(request, rest),
    );
}

function exceptionTo([address = 0, asked = 0]: Uint8Array, rest: Uint8Array) {
  if (!startsWith(rest, [address, asked | EXCEPTION]) || !checks(rest, 5)) return undefined;
  return { refusal: `Modbus exception ${rest[2]}`, bytes: 5 };
}

function word(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function withCrc(...bytes: number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(bytes));
  return Uint8Array.of(...bytes, crc & 0xff, crc >> 8);
}

function checks(rest: Uint8Array, length: number): boolean {
  if (rest.length < length) return false;
  const crc = crc16(rest.subarray(0, length - 2));
  return rest[length - 2] === (crc & 0xff) && rest[length - 1] === crc >> 8;
}

/** CRC-16 of Modbus over serial line V1.02, 6.2.2: polynomial A001 reflected, begun with FFFF. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc % 2 === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
