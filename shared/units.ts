import { z } from 'zod';
import { limits } from './limits.ts';

export const UnixMs = z
  .int()
  .min(0)
  .max(253_402_300_799_999)
  .describe('Milliseconds since the Unix epoch, as a claim of the machine that wrote it.');
export type UnixMs = z.infer<typeof UnixMs>;

export const slotSizes = ['S', 'M', 'L'] as const;
export const SlotSize = z
  .enum(slotSizes)
  .describe('Smallest first: a package fits its own size and every larger one.');
export type SlotSize = z.infer<typeof SlotSize>;

/** PostgreSQL stores neither a NUL nor half a surrogate pair; a fact must not fail on either. */
const storable = (text: string) => text.isWellFormed() && !text.includes('\0');

export const ShortText = z
  .string()
  .max(limits.textCharactersMax)
  .refine(storable, 'holds a NUL or half a character')
  .describe('Well-formed text without NUL.');
export type ShortText = z.infer<typeof ShortText>;

export const Barcode = z
  .string()
  .min(1)
  .max(limits.barcodeCharactersMax)
  .refine(storable, 'holds a NUL or half a character')
  .describe('A barcode as compared at the unit: upper case, without blanks, well-formed and without NUL.');
export type Barcode = z.infer<typeof Barcode>;

export function fitsInto(parcel: SlotSize, slot: SlotSize): boolean {
  return slotSizes.indexOf(parcel) <= slotSizes.indexOf(slot);
}

/** What is compared at the unit: upper case, without blanks. */
export function normaliseBarcode(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}
