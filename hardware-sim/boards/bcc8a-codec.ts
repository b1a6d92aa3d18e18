import { bitBytes, type Found } from './talker.ts';

/** What a host may ask of a `bcc8a` board. `seconds` is null where the board's own pulse length applies. */
export type Bcc8aRequest =
  | { kind: 'openOne'; address: number; channel: number; seconds: number | null }
  | { kind: 'openAll'; address: number }
  | { kind: 'readOne'; address: number; channel: number }
  | { kind: 'readAll'; address: number };

const OPEN = 0x8a;
const READ = 0x80;
const OPEN_COMMAND = 0x11;
const READ_COMMAND = 0x33;
const FRAME_BYTES = 5;
const TIMED_FRAME_BYTES = 6;
const SECONDS_MAX = 9;
const CONTACT_SHORTED = 0x11;
const CONTACT_OPEN = 0x00;

/** `8A AA CC 11 [TT] BCC` opens, `80 AA CC 33 BCC` reads; channel 0 is all of them. */
export function requestAt(bytes: readonly number[]): Found<Bcc8aRequest> {
  const [header, address = 0, channel = 0, command, fifth = 0] = bytes;
  if (header !== OPEN && header !== READ) return null;
  if (bytes.length < FRAME_BYTES) return 'incomplete';
  const isOpen = header === OPEN && command === OPEN_COMMAND;
  const isRead = header === READ && command === READ_COMMAND;
  if (!isOpen && !isRead) return null;

  if (xor(bytes.slice(0, FRAME_BYTES)) === 0) {
    return { request: request(isOpen, { address, channel, seconds: null }), length: FRAME_BYTES };
  }
  const mayBeTimed = isOpen && channel > 0 && fifth >= 1 && fifth <= SECONDS_MAX;
  if (!mayBeTimed) return null;
  if (bytes.length < TIMED_FRAME_BYTES) return 'incomplete';
  if (xor(bytes.slice(0, TIMED_FRAME_BYTES)) !== 0) return null;
  return { request: request(true, { address, channel, seconds: fifth }), length: TIMED_FRAME_BYTES };
}

/** `80|8A AA CC SS BCC`: the answer to "open one" and to "read one". Older boards answer both with header 80. */
export function encodeStatus(status: {
  header: 0x80 | 0x8a;
  address: number;
  channel: number;
  shorted: boolean;
}) {
  return seal([status.header, status.address, status.channel, contactByte(status.shorted)]);
}

/** `81|82 AA CC SS BCC`: sent unasked by some firmware when a contact changes. */
export function encodeChange(change: {
  header: 0x81 | 0x82;
  address: number;
  channel: number;
  shorted: boolean;
}) {
  return seal([change.header, change.address, change.channel, contactByte(change.shorted)]);
}

/** `8A AA 00 11 BCC`: what a board that answers "open all" once sends back. */
export function encodeOpenedAll(address: number): Uint8Array {
  return seal([OPEN, address, 0, OPEN_COMMAND]);
}

/**
 * `80 AA Sn … S1 33 BCC`: one bit a channel, bit 0 of S1 is channel 1. `shorted` holds channel 1 first; `statusBytes`
 * is as the firmware has it, since it does not follow the channel count.
 */
export function encodeAll(all: {
  address: number;
  shorted: boolean[];
  statusBytes: number;
  order: 'highFirst' | 'lowFirst';
}): Uint8Array {
  const groups = bitBytes(all.statusBytes, (channel) => all.shorted[channel - 1] ?? false);
  if (all.order === 'highFirst') groups.reverse();
  return seal([READ, all.address, ...groups, READ_COMMAND]);
}

function request(
  isOpen: boolean,
  at: { address: number; channel: number; seconds: number | null },
): Bcc8aRequest {
  const { address, channel, seconds } = at;
  if (channel === 0) return { kind: isOpen ? 'openAll' : 'readAll', address };
  return isOpen ? { kind: 'openOne', address, channel, seconds } : { kind: 'readOne', address, channel };
}

function contactByte(shorted: boolean): number {
  return shorted ? CONTACT_SHORTED : CONTACT_OPEN;
}

function seal(bytes: number[]): Uint8Array {
  return Uint8Array.from([...bytes, xor(bytes)]);
}

function xor(bytes: number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
