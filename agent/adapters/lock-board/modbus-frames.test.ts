import { expect, it } from 'vitest';
import {
  encodeAllOff,
  encodePulse,
  encodeReadInputs,
  encodeReadRelays,
  encodeSwitch,
  findReadReply,
  findWriteReply,
} from './modbus-frames.ts';
import { bytes, foundIn, hex, replyOf } from './testing.ts';

it.each([
  ['relay 0 for 700 ms', encodePulse(1, 0, 7), '0105020000078DB0'],
  ['relay 1 for 800 ms', encodePulse(1, 1, 8), '0105020100089C74'],
  ['relay 0 on', encodeSwitch(1, 0, true), '01050000FF008C3A'],
  ['relay 0 off', encodeSwitch(1, 0, false), '010500000000CDCA'],
  ['all off', encodeAllOff(1), '010500FF0000FDFA'],
  ['read eight relays', encodeReadRelays(1, 8), '0101000000083DCC'],
  ['read eight inputs', encodeReadInputs(1, 8), '01020000000879CC'],
])('sends: %s', (_what, frame, expected) => {
  expect(hex(frame)).toBe(expected);
});

it('understands', () => {
  expect(hex(replyOf(findReadReply(encodeReadRelays(1, 8)), bytes('010101005188')))).toBe('00');
  expect(hex(replyOf(findReadReply(encodeReadInputs(1, 8)), bytes('01020100A188')))).toBe('00');
  expect(hex(replyOf(findReadReply(encodeReadInputs(1, 8)), bytes('010201FFE1C8')))).toBe('FF');
  expect(replyOf(findWriteReply(encodeAllOff(1)), encodeAllOff(1))).toBe(true);
});

it('takes an exception for a refusal, of the function that was asked only', () => {
  const exception = bytes('018502C351');
  expect(foundIn(findWriteReply(encodePulse(1, 0, 5)), exception)).toEqual({
    refusal: 'Modbus exception 2',
    bytes: 5,
  });
  expect(foundIn(findReadReply(encodeReadInputs(1, 8)), exception)).toBe(undefined);
});

it('takes nothing of another board, another function, or with a broken check', () => {
  const find = findReadReply(encodeReadInputs(1, 8));
  for (const frame of ['020201FFE188', '010101005188', '010201FFE1C9', '010201FFE1', '01020000000879CC']) {
    expect(replyOf(find, bytes(frame))).toBe(undefined);
  }
  expect(replyOf(findWriteReply(encodePulse(1, 0, 5)), encodePulse(1, 1, 5))).toBe(undefined);
});

it('finds a reply behind noise and behind the beginning of another', () => {
  const found = foundIn(findReadReply(encodeReadInputs(1, 8)), bytes('00010201010201FFE1C8'));
  expect(found).toMatchObject({ reply: Uint8Array.of(0xff), bytes: 6 });
});
