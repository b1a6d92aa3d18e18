import { Uuid } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { realRandom, seededRandom } from './random.ts';

test('a seed replays the same bytes, however they are drawn', () => {
  const whole = seededRandom('one').bytes(100);
  const parts = seededRandom('one');
  expect(Buffer.concat([parts.bytes(1), parts.bytes(32), parts.bytes(67)])).toEqual(Buffer.from(whole));
  expect(seededRandom('two').bytes(100)).not.toEqual(whole);
});

test('real bytes differ from draw to draw', () => {
  const random = realRandom();
  expect(random.bytes(16)).toHaveLength(16);
  expect(random.bytes(16)).not.toEqual(random.bytes(16));
});

test('a uuid carries its time, its version and its variant', () => {
  const nowMs = 1_700_000_000_123;
  for (const random of [realRandom(), seededRandom('uuid')]) {
    const id = random.uuidv7(nowMs);
    expect(Uuid.safeParse(id).success).toBe(true);
    expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(nowMs);
    expect(random.uuidv7(nowMs)).not.toBe(id);
  }
});

test('a time outside 48 bits is refused', () => {
  for (const wrong of [-1, 1.5, 2 ** 48, Number.NaN])
    expect(() => realRandom().uuidv7(wrong)).toThrow(RangeError);
});
