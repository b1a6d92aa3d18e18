import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Barcode, fitsInto, limits, normaliseBarcode, ShortText, slotSizes, UnixMs } from './index.ts';

describe('sizes', () => {
  it('fit their own and every larger slot', () => {
    const fits = slotSizes.flatMap((parcel) =>
      slotSizes.filter((slot) => fitsInto(parcel, slot)).map((slot) => parcel + slot),
    );
    expect(fits).toEqual(['SS', 'SM', 'SL', 'MM', 'ML', 'LL']);
  });
});

describe('a barcode', () => {
  it('is compared in upper case, without blanks', () => {
    expect(normaliseBarcode(' 1z 999\taa1\u00a0\r\n')).toBe('1Z999AA1');
    expect(normaliseBarcode('')).toBe('');
  });

  it('is normalised once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normaliseBarcode(text);
        expect(normaliseBarcode(once)).toBe(once);
      }),
    );
  });

  it('keeps the separators of GS1, and refuses what no database stores', () => {
    expect(Barcode.safeParse('0109\u001d21A').success).toBe(true);
    for (const bad of ['', 'a\0', '\ud800', 'x'.repeat(limits.barcodeCharactersMax + 1)])
      expect(Barcode.safeParse(bad).success).toBe(false);
    expect(Barcode.safeParse('x'.repeat(limits.barcodeCharactersMax)).success).toBe(true);
  });
});

describe('a short text', () => {
  it('may be empty, and has a limit', () => {
    expect(ShortText.safeParse('').success).toBe(true);
    expect(ShortText.safeParse('📦'.repeat(limits.textCharactersMax / 2)).success).toBe(true);
    expect(ShortText.safeParse('x'.repeat(limits.textCharactersMax + 1)).success).toBe(false);
  });
});

describe('a time', () => {
  it('is whole milliseconds up to the year 9999', () => {
    for (const good of [0, Date.UTC(9999, 11, 31, 23, 59, 59, 999)])
      expect(UnixMs.safeParse(good).success).toBe(true);
    for (const bad of [-1, 0.5, Date.UTC(10000, 0), Number.NaN, '0', null])
      expect(UnixMs.safeParse(bad).success).toBe(false);
  });
});
