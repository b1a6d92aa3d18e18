import { describe, expect, it } from 'vitest';
import { realRandom } from './real-random.ts';
import { seededRandom } from './seeded-random.ts';

describe.each([
  ['real', () => realRandom()],
  ['seeded', () => seededRandom(7)],
])('%s randomness', (_name, create) => {
  it('gives as many bytes as asked, none included', () => {
    const random = create();
    expect([0, 1, 16, 4_096].map((count) => random.bytes(count).length)).toEqual([0, 1, 16, 4_096]);
  });

  it('does not repeat itself, and reaches every byte value', () => {
    const random = create();
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
    expect(new Set(random.bytes(16_384)).size).toBe(256);
  });
});

it('gives the same bytes for the same seed, however they are asked for', () => {
  const [whole, parts] = [seededRandom(42), seededRandom(42)];
  expect([...whole.bytes(9)]).toEqual([...parts.bytes(4), ...parts.bytes(5)]);
  expect(seededRandom(43).bytes(9)).not.toEqual(seededRandom(42).bytes(9));
});
