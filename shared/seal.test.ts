import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey, deriveLockerKeys, sameSecret, sealFits, sealOf } from './index.ts';

const lockerKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const topic = 'lw1/gb/gb-7k3m9x2p/up/beat';

describe("a locker's keys", () => {
  it('come from HKDF-SHA-256: RFC 5869, test case 3, its first 32 bytes', () => {
    const secret = new Uint8Array(22).fill(0x0b);
    expect(Buffer.from(deriveKey(secret, '')).toString('hex')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
    );
  });

  it('come from the documented purposes', () => {
    const derived = (purpose: string) =>
      Buffer.from(hkdfSync('sha256', lockerKey, Buffer.alloc(0), `latchwork 1 ${purpose}`, 32));
    const keys = deriveLockerKeys(lockerKey);
    expect(Buffer.from(keys.up)).toEqual(derived('seal up'));
    expect(Buffer.from(keys.down)).toEqual(derived('seal down'));
    expect(Buffer.from(keys.codeChecking)).toEqual(derived('code checking'));
    expect(keys.brokerPassword).toBe(derived('broker password').toString('base64url'));
  });

  it('differ from each other and from another locker’s', () => {
    const texts = [lockerKey, lockerKey.toReversed()].flatMap((key) => {
      const { up, down, codeChecking, brokerPassword } = deriveLockerKeys(key);
      return [up, down, codeChecking]
        .map((each) => Buffer.from(each).toString('base64url'))
        .concat(brokerPassword);
    });
    expect(new Set(texts).size).toBe(8);
  });

  it.each([0, 31, 33, 64])('are refused for a locker key of %i bytes', (length) => {
    expect(() => deriveLockerKeys(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('a seal', () => {
  it('is HMAC-SHA-256 over topic, line feed and body, in base64url', () => {
    const body = '{"v":1,"name":"Zoë"}\n';
    const expected = createHmac('sha256', lockerKey)
      .update(Buffer.concat([Buffer.from(topic), Buffer.of(0x0a), Buffer.from(body)]))
      .digest('base64url');
    expect(sealOf(lockerKey, topic, body)).toBe(expected);
    expect(expected).toHaveLength(43);
    expect(sealFits(lockerKey, topic, body, expected)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a shorter one', sealOf(lockerKey, topic, 'x').slice(0, -1)],
    ['a longer one', `${sealOf(lockerKey, topic, 'x')}=`],
    ['one of other letters', 'é'.repeat(43)],
    ['that of another body', sealOf(lockerKey, topic, 'y')],
    ['that of another topic', sealOf(lockerKey, `${topic}s`, 'x')],
    ['that of the boundary moved', sealOf(lockerKey, `${topic}\nx`, '')],
  ])('does not fit: %s', (_, seal) => {
    expect(sealFits(lockerKey, topic, 'x', seal)).toBe(false);
  });
});

describe('secrets', () => {
  it('are the same only when every byte is', () => {
    expect(sameSecret('12345678', '12345678')).toBe(true);
    expect(sameSecret('', '')).toBe(true);
    expect(sameSecret('12345678', '12345679')).toBe(false);
    expect(sameSecret('12345678', '1234567')).toBe(false);
    expect(sameSecret('é', 'e')).toBe(false);
  });
});
