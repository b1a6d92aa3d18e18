import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase45, toBase45 } from './base45.ts';
import { type PassClaims, signPass, verifyPass } from './index.ts';

const issuer = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const keyId = 'gb-2025a';
const issuers = new Map([[keyId, issuer.publicKey]]);
const uuid = '01926f2e-7c00-7abc-8def-0123456789ab';
const claims: PassClaims = {
  id: uuid,
  locker: 'gb-7k3m9x2p',
  scope: 'collect',
  uses: 'once',
  booking: `gb_${uuid}`,
  issuedAt: 1_763_000_000_000,
  expiresAt: 1_770_000_000_000,
};
const { booking: _, ...withoutBooking } = claims;
const pass = signPass(claims, { keyId, privateKey: issuer.privateKey });

const verdict = (text: string) => {
  const verified = verifyPass(text, issuers);
  return verified.ok ? 'ok' : verified.reason;
};

describe('a pass', () => {
  it.each([claims, withoutBooking, { ...claims, scope: 'service', uses: 'many' } as const])(
    'survives signing and verifying %#',
    (some) => {
      const text = signPass(some, { keyId, privateKey: issuer.privateKey });
      expect(verifyPass(text, issuers)).toEqual({ ok: true, claims: some, keyId });
    },
  );

  it('has whole seconds', () => {
    const text = signPass(
      { ...claims, expiresAt: claims.expiresAt + 999 },
      { keyId, privateKey: issuer.privateKey },
    );
    expect(verifyPass(text, issuers)).toEqual({ ok: true, claims, keyId });
  });

  it('is not judged by its expiry here: the locker does, by its own clock', () => {
    const old = { ...claims, issuedAt: 1000, expiresAt: 2000 };
    expect(verdict(signPass(old, { keyId, privateKey: issuer.privateKey }))).toBe('ok');
  });

  it('is the same text each time: Ed25519 signs without chance', () => {
    expect(signPass(claims, { keyId, privateKey: issuer.privateKey })).toBe(pass);
  });

  it('fits a QR of version 10, level M: 311 alphanumeric characters (ISO/IEC 18004 table 7)', () => {
    expect(pass).toMatch(/^[0-9A-Z $%*+\-./:]+$/);
    expect(pass.length).toBeLessThanOrEqual(311);
  });
});

describe('a forged pass', () => {
  it('is refused with any one byte changed', () => {
    const bytes = fromBase45(pass);
    for (let at = 0; at < bytes.length; at += 1)
      for (const flip of [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(verdict(toBase45(changed)), `byte ${at} ^ ${flip}`).not.toBe('ok');
      }
  });

  it('is refused with any one character changed', () => {
    fc.assert(
      fc.property(fc.nat(pass.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, text) => {
        fc.pre(text !== pass[at]);
        expect(verdict(pass.slice(0, at) + text + pass.slice(at + 1))).not.toBe('ok');
      }),
    );
  });

  it('is refused when cut or lengthened', () => {
    for (let length = 0; length < pass.length; length += 1)
      expect(verdict(pass.slice(0, length))).not.toBe('ok');
    expect(verdict(`${pass}00`)).toBe('not a pass');
    expect(verdict(pass + pass)).not.toBe('ok');
  });

  it('is refused when the same values are written in another way', () => {
    const [first, ...rest] = fromBase45(pass);
    expect(first).toBe(0x84);
    // A list of four, with its length in a byte of its own, and with an end mark (RFC 8949 section 3).
    expect(verdict(toBase45(Uint8Array.of(0x98, 4, ...rest)))).toBe('not a pass');
    expect(verdict(toBase45(Uint8Array.of(0x9f, ...rest, 0xff)))).toBe('not a pass');
  });

  it('comes from a key that the locker does not know, or knows under another name', () => {
    expect(verdict(signPass(claims, { keyId: 'gb-2025b', privateKey: issuer.privateKey }))).toBe(
      'unknown key',
    );
    expect(verdict(signPass(claims, { keyId, privateKey: stranger.privateKey }))).toBe('bad signature');
    expect(verifyPass(pass, new Map())).toEqual({ ok: false, reason: 'unknown key' });
  });
});

describe('a pass signed by its issuer, yet not of this form', () => {
  const payload = [
    [2, claims.locker],
    [4, 1_770_000_000],
    [6, 1_763_000_000],
    [7, Buffer.from(uuid.replaceAll('-', ''), 'hex')],
    [-70_001, 'collect'],
    [-70_002, 'once'],
  ] as [number, unknown][];
  const without = (label: number) => payload.filter(([each]) => each !== label);
  const head = [
    [1, -8],
    [4, Buffer.from(keyId)],
  ] as [number, unknown][];

  it('is what the other cases differ from', () => {
    expect(verifyPass(cosePass({ head, payload }), issuers)).toEqual({
      ok: true,
      claims: withoutBooking,
      keyId,
    });
  });

  it.each<[string, Parameters<typeof cosePass>[0]]>([
    ['a claim that it does not know', { head, payload: [...payload, [-70_004, 1]] }],
    ['a registered claim that it does not use', { head, payload: [...payload, [5, 1_763_000_000]] }],
    ['a claim with a name', { head, payload: [...payload, ['scope', 'service']] }],
    ['a missing claim', { head, payload: without(2) }],
    ['no expiry', { head, payload: without(4) }],
    ['an expiry in text', { head, payload: [...without(4), [4, '1770000000']] }],
    ['an expiry in fractions', { head, payload: [...without(4), [4, 1_770_000_000.5]] }],
    ['an expiry that is true', { head, payload: [...without(4), [4, true]] }],
    ['an expiry before 1970', { head, payload: [...without(4), [4, -1]] }],
    ['an expiry after the year 9999', { head, payload: [...without(4), [4, 253_402_300_800]] }],
    ['an id of another length', { head, payload: [...without(7), [7, Buffer.alloc(15)]] }],
    ['an id of another version', { head, payload: [...without(7), [7, Buffer.alloc(16)]] }],
    ['a scope that it does not know', { head, payload: [...without(-70_001), [-70_001, 'everything']] }],
    ['a locker of no form', { head, payload: [...without(2), [2, 'gb']] }],
    ['a further protected header', { head: [...head, [2, [1]]], payload }],
    ['no algorithm', { head: head.slice(1), payload }],
    ['something outside the signature', { head, payload, unprotected: [[4, Buffer.from(keyId)]] }],
  ])('is not a pass: %s', (_, parts) => {
    expect(verdict(cosePass(parts))).toBe('not a pass');
  });

  it('is of no known key with another algorithm', () => {
    expect(verdict(cosePass({ head: [[1, -7], ...head.slice(1)], payload }))).toBe('unknown key');
  });

  /** Written from RFC 9052 sections 4.2 and 4.4, with a plain CBOR encoder. */
  function cosePass(parts: {
    head: [unknown, unknown][];
    payload: [unknown, unknown][];
    unprotected?: [unknown, unknown][];
  }): string {
    const protectedHeader = encode(new Map(parts.head));
    const body = encode(new Map(parts.payload));
    const signature = sign(
      null,
      encode(['Signature1', protectedHeader, new Uint8Array(0), body]),
      issuer.privateKey as KeyObject,
    );
    return toBase45(encode([protectedHeader, new Map(parts.unprotected), body, signature]));
  }
});

describe('anything else that a scanner delivers', () => {
  it.each([
    '',
    ' ',
    '1Z999AA10123456784',
    'https://example.org/',
    '{}',
    '0'.repeat(4096),
    ':'.repeat(4096),
    '\0',
    'é'.repeat(100),
  ])('is not a pass %#', (text) => {
    expect(verdict(text)).toBe('not a pass');
  });

  it('is not a pass, up to 4 KB of anything', () => {
    const base45 = fc.uint8Array({ maxLength: 2730 }).map(toBase45);
    const cbor = fc.jsonValue().map((value) => toBase45(encode([value, value, value, value])));
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 4096 }), base45, cbor), (text) => {
        expect(verdict(text)).toBe('not a pass');
      }),
    );
  });
});
