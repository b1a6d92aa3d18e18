import { describe, expect, it } from 'vitest';
import { encodeRequest, findReply } from './kerong-cu12-frames.ts';
import * as cu16 from './kerong-cu16-frames.ts';
import * as cu48 from './kerong-cu48-frames.ts';
import { bytes, hex, replyOf } from './testing.ts';

/** Vectors from the makers' documents, sums recomputed by hand. */
describe('KR-CU48', () => {
  it.each([
    ['status of board 0', cu48.encodeStatus(0), '020000500355'],
    ['status of all boards', cu48.encodeStatus(cu48.ALL_BOARDS), '020A0050035F'],
    ['unlock the first', cu48.encodeUnlock(0, 0), '020000510356'],
    ['unlock all of board 0', cu48.encodeUnlock(0, cu48.ALL_LOCKS), '020030510386'],
    ['unlock all of all', cu48.encodeUnlock(cu48.ALL_BOARDS, cu48.ALL_LOCKS), '020A30510390'],
  ])('sends: %s', (_what, frame, expected) => {
    expect(hex(frame)).toBe(expected);
  });

  it('understands a status reply, and none of another board', () => {
    expect(hex(replyOf(cu48.findStatusReply(0), bytes('020000650700000000C00331')))).toBe('0700000000C0');
    expect(hex(replyOf(cu48.findStatusReply(1), bytes('0201006500008000000003EB')))).toBe('000080000000');
    expect(replyOf(cu48.findStatusReply(0), bytes('0201006500008000000003EB'))).toBe(undefined);
    expect(replyOf(cu48.findStatusReply(0), bytes('020000650700000000C00332'))).toBe(undefined);
    expect(replyOf(cu48.findStatusReply(0), bytes('020000650700000000C003'))).toBe(undefined);
  });

  it('finds its frame among those of other boards, back to back', () => {
    const both = bytes('020000650700000000C003310201006500008000000003EB');
    expect(hex(replyOf(cu48.findStatusReply(1), both))).toBe('000080000000');
  });
});

describe('KR-CU16', () => {
  it.each([
    ['status', cu16.encodeStatus(0), '0200300335'],
    ['unlock the first', cu16.encodeUnlock(0, 0), '0200310336'],
    ['unlock the sixteenth', cu16.encodeUnlock(0, 15), '020F310345'],
    ['unlock all', cu16.encodeUnlockAll(0), '0200330338'],
  ])('sends: %s', (_what, frame, expected) => {
    expect(hex(frame)).toBe(expected);
  });

  it.each([
    ['020035FFFF00000338', 'FFFF', '0000'],
    ['020035FEFF00000337', 'FEFF', '0000'],
    ['020035FFFF800103B9', 'FFFF', '8001'],
  ])('understands the status %s', (frame, hooks, infrared) => {
    const reply = replyOf(cu16.findStatusReply(0), bytes(frame));
    expect([hex(reply?.hooks), hex(reply?.infrared)]).toEqual([hooks, infrared]);
    expect(replyOf(cu16.findStatusReply(1), bytes(frame))).toBe(undefined);
  });
});

describe('KR-CU12', () => {
  const status = { address: 0, lock: 0, command: 'status' } as const;
  const unlock = { address: 0, lock: 2, command: 'unlock' } as const;
  const version = { address: 0, lock: 0, command: 'version' } as const;

  it('sends', () => {
    expect(hex(encodeRequest(status))).toBe('0200008000000385');
    expect(hex(encodeRequest(unlock))).toBe('0200028100000388');
    expect(hex(encodeRequest({ ...status, command: 'unlockTime', data: [0, 55] }))).toBe(
      '02000082000203C00037',
    );
  });

  it('understands', () => {
    const answers = [
      replyOf(findReply(status), bytes('02000080100203990200')),
      replyOf(findReply(unlock), bytes('0200028110000398')),
      replyOf(findReply(version), bytes('0200008F100203C81012')),
    ];
    expect(answers.map((reply) => [reply?.answer, hex(reply?.data)])).toEqual([
      ['ok', '0200'],
      ['ok', ''],
      ['ok', '1012'],
    ]);
  });

  it.each([
    ['11', 'failed'],
    ['12', 'timed out'],
    ['13', 'unknown command'],
    ['14', 'bad checksum'],
  ])('tells ASK %s apart: %s', (ask, answer) => {
    const sum = (0x88 + Number.parseInt(ask, 16)).toString(16);
    expect(replyOf(findReply(unlock), bytes(`02000281${ask}0003${sum}`))?.answer).toBe(answer);
  });

  it('takes neither its own echo, nor a sum that leaves out the data, nor the answer for another lock', () => {
    expect(replyOf(findReply(unlock), encodeRequest(unlock))).toBe(undefined);
    expect(replyOf(findReply(status), bytes('02000080100203970200'))).toBe(undefined);
    expect(replyOf(findReply({ ...unlock, lock: 3 }), bytes('0200028110000398'))).toBe(undefined);
    expect(replyOf(findReply({ ...unlock, address: 1 }), bytes('0200028110000398'))).toBe(undefined);
  });
});
