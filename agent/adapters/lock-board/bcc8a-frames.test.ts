import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeOpen,
  encodeReadAll,
  encodeReadOne,
  findOpenReply,
  findReadAllReply,
  findReadOneReply,
} from './bcc8a-frames.ts';
import { bytes, hex, replyOf } from './testing.ts';

/** Vectors from vendor documents and captures, check bytes recomputed by hand. */
describe('what is sent', () => {
  it.each([
    ['board 1 lock 1', encodeOpen(1, 1), '8A0101119B'],
    ['board 1 lock 2', encodeOpen(1, 2), '8A01021198'],
    ['board 1 lock 12', encodeOpen(1, 12), '8A010C1196'],
    ['board 2 lock 1', encodeOpen(2, 1), '8A02011198'],
    ['board 3 lock 12', encodeOpen(3, 12), '8A030C1194'],
    ['board 1 all locks', encodeOpen(1, 0), '8A0100119A'],
    ['status of board 1 lock 1', encodeReadOne(1, 1), '80010133B3'],
    ['status of board 1', encodeReadAll(1), '80010033B2'],
    ['status of board 2', encodeReadAll(2), '80020033B1'],
  ])('%s', (_what, frame, expected) => {
    expect(hex(frame)).toBe(expected);
  });
});

describe('what is understood', () => {
  it.each([
    ['8A0101008A', 0x00],
    ['8A0101119B', 0x11],
    ['8001010080', 0x00],
    ['8001011191', 0x11],
  ])('unlock reply %s', (frame, status) => {
    expect(replyOf(findOpenReply(1, 1), bytes(frame))).toBe(status);
  });

  it.each([
    ['800100000033B2', '000000'],
    ['800100000133B3', '000001'],
    ['800100000233B0', '000002'],
    ['80010000203392', '000020'],
    ['8001FFFFFFFF33B2', 'FFFFFFFF'],
  ])('read-all reply %s', (frame, groups) => {
    expect(hex(replyOf(findReadAllReply(1), bytes(frame)))).toBe(groups);
  });

  it.each([
    ['8001010080', 0x00],
    ['8001011191', 0x11],
  ])('read-one reply %s', (frame, status) => {
    expect(replyOf(findReadOneReply(1, 1), bytes(frame))).toBe(status);
  });

  it('a status byte of 33 followed by what looks like the check byte', () => {
    const prefix = 0x80 ^ 0x01 ^ 0x05 ^ 0x33;
    const check = prefix ^ prefix ^ 0x33;
    const frame = Uint8Array.of(0x80, 0x01, 0x05, 0x33, prefix, 0x33, check);
    expect(hex(replyOf(findReadAllReply(1), frame))).toBe(hex(Uint8Array.of(0x05, 0x33, prefix)));
  });

  it('two replies end to end as one reply, not as one long one', () => {
    expect(hex(replyOf(findReadAllReply(1), bytes('80010133B380010133B3')))).toBe('01');
    expect(hex(replyOf(findReadAllReply(1), bytes('800100000133B3800100000133B3')))).toBe('000001');
  });
});

it('one group of zeros, though it equals the query', () => {
  expect(hex(replyOf(findReadAllReply(1), bytes('80010033B2')))).toBe('00');
});

it('never what equals the query before the line is quiet, nor once the board has sent more', () => {
  const find = findReadAllReply(1);
  const query = encodeReadAll(1);
  for (let times = 0; times < 2; times++) {
    expect(find(query, false)).toBeUndefined();
    expect(hex(replyOf(find, query))).toBe('00');
  }
  expect(hex(replyOf(find, bytes('800100000133B3')))).toBe('000001');
  expect(find(query, true)).toBeUndefined();
});

describe('what is not mistaken for a reply', () => {
  it.each([
    ['nothing at all', ''],
    ['a wrong check byte', '800100000033B3'],
    ['an end missing', '800100000033'],
    ['another board', '800200000033B1'],
    ['an unasked-for change', '8101010081'],
    ['another unasked-for change', '8101011190'],
    ['a read-one reply', '8001011191'],
    ['an unlock reply', '8A0101119B'],
    ['more groups than any board has', '8001FFFFFFFFFFFFFFFFFF334D'],
  ])('status: %s', (_what, frame) => {
    expect(replyOf(findReadAllReply(1), bytes(frame))).toBeUndefined();
  });

  it.each([
    ['another channel', '8A01021198'],
    ['another board', '8A02011198'],
    ['a status value that is neither 00 nor 11', '8A010122A8'],
    ['an unasked-for change', '8101011190'],
    ['the echo of a read-one query', '80010133B3'],
    ['a wrong check byte', '8A0101119A'],
  ])('unlock: %s', (_what, frame) => {
    expect(replyOf(findOpenReply(1, 1), bytes(frame))).toBeUndefined();
  });

  it('the echo of a read-one query, whatever the board and channel', () => {
    for (let address = 1; address <= 64; address++) {
      expect(replyOf(findReadOneReply(address, 1), encodeReadOne(address, 1))).toBeUndefined();
    }
  });
});

describe('among garbage', () => {
  it.each([
    ['noise before', 'FAFD9999800100000133B3'],
    ['an unasked-for change before', '8101010081800100000133B3'],
    ['a change whose check byte is a header', '8101111180800100000133B3'],
    ['a change right after', '800100000133B38101011190'],
    ['half a reply before', '800100800100000133B3'],
    ['headers before', '808080800100000133B3'],
    ['an echo of the query before', '80010033B2800100000133B3'],
  ])('%s', (_what, frame) => {
    expect(hex(replyOf(findReadAllReply(1), bytes(frame)))).toBe('000001');
  });

  it('finds the reply behind any noise without a header or an end, and never throws', () => {
    const noise = fc
      .uint8Array({ maxLength: 200 })
      .map((all) => all.filter((byte) => byte !== 0x80 && byte !== 0x33));
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const received = Uint8Array.of(...before, ...bytes('8001A500013316'), ...after);
        expect(hex(replyOf(findReadAllReply(1), received))).toBe('A50001');
      }),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 256 }),
        (all) => replyOf(findReadAllReply(1), all) === undefined || true,
      ),
    );
  });
});
