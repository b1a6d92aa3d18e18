import { expect, it } from 'vitest';
import { bytes, foundIn, hex, replyOf } from './testing.ts';
import { encodeOpen, encodeReadAll, encodeReadOne, findOpenReply, findReadAllReply } from './wkly-frames.ts';

it('sends', () => {
  expect(hex(encodeOpen(0, 1))).toBe('574B4C590900820183');
  expect(hex(encodeReadOne(0, 1))).toBe('574B4C590900830182');
  expect(hex(encodeReadAll(0))).toBe('574B4C5908008485');
});

it('understands', () => {
  expect(replyOf(findOpenReply(0, 1), bytes('574B4C590B008200010081'))).toBe('done');
  expect(hex(replyOf(findReadAllReply(0), bytes('574B4C590E008400040001010087')))).toBe('00010100');
});

it('takes a failure for a refusal', () => {
  expect(foundIn(findOpenReply(0, 1), bytes('574B4C59090080FF7F'))).toMatchObject({
    refusal: expect.any(String),
  });
});

it('takes nothing of another board, another channel, or a broken frame', () => {
  expect(replyOf(findOpenReply(1, 1), bytes('574B4C590B008200010081'))).toBe(undefined);
  expect(replyOf(findOpenReply(0, 2), bytes('574B4C590B008200010081'))).toBe(undefined);
  expect(replyOf(findOpenReply(0, 1), bytes('574B4C590900820183'))).toBe(undefined);
  expect(replyOf(findReadAllReply(0), bytes('574B4C590E008400040001010086'))).toBe(undefined);
  expect(replyOf(findReadAllReply(0), bytes('574B4C590E0084000400010100'))).toBe(undefined);
});

it('is not confused by a change that is told unasked, nor calls it noise', () => {
  const event = '574B4C590A0085010186';
  const reply = '574B4C590E008400040001010087';
  const beside = bytes(event + reply + event);
  expect(foundIn(findReadAllReply(0), beside)).toMatchObject({ bytes: beside.length });
  expect(foundIn(findReadAllReply(0), bytes(event))).toBe(undefined);
  expect(foundIn(findReadAllReply(0), bytes(`FFFF${reply}`))).toMatchObject({ bytes: 14 });
});
