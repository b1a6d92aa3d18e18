import { expect, test } from 'vitest';
import { realRandom } from '../random.ts';
import { claimFrom, claimHash } from './claim-text.ts';

test('a claim survives being read aloud and typed', () => {
  const claim = claimFrom(realRandom().bytes(16));
  expect(claim).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}$/);
  const typed = ` ${claim.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}\n`;
  expect(claimHash(typed)).toBe(claimHash(claim));
});

test('every one of its 128 bits counts', () => {
  const base = new Uint8Array(16);
  const claims = new Set([claimFrom(base)]);
  for (let bit = 0; bit < 128; bit += 1) {
    const flipped = base.slice();
    flipped[bit >> 3] = 1 << (bit & 7);
    claims.add(claimFrom(flipped));
  }
  expect(claims.size).toBe(129);
});

test.each(['', '7K3M9', '7K3M9-X2PQR-7K3M9-X2PQR-7K3M9U', '\u0000', 'é'.repeat(26)])(
  '%j is no claim',
  (text) => {
    expect(claimHash(text)).toBeUndefined();
  },
);
