import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase45, toBase45 } from './base45.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('Base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ])('writes and reads %j as RFC 9285 section 4 does: %j', (text, encoded) => {
    expect(toBase45(bytes(text))).toBe(encoded);
    expect(fromBase45(encoded)).toEqual(bytes(text));
  });

  it.each([
    ['a lone last character', 'BB8B'],
    ['three characters above two bytes', ':::'],
    ['the first number above two bytes', 'GGX'],
    ['two characters above one byte', '::'],
    ['the first number above one byte', 'V5'],
    ['lower case', 'bb8'],
    ['another character', 'BB_'],
    ['a line feed', 'BB\n'],
    ['a character of two code units', '📦8'],
  ])('refuses %s', (_, text) => {
    expect(() => fromBase45(text)).toThrow(RangeError);
  });

  it('gives every sequence of bytes one text, and every text at most one sequence', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(fromBase45(toBase45(data))).toEqual(data);
      }),
    );
    const character = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        let data: Uint8Array;
        try {
          data = fromBase45(text);
        } catch {
          return;
        }
        expect(toBase45(data)).toBe(text);
      }),
    );
  });
});
