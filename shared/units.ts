import { z } from 'zod';

/** Milliseconds since the Unix epoch, as a claim of the machine that wrote it. */
export const UnixMs = z.int().min(0).max(253_402_300_799_999);
export type UnixMs = z.infer<typeof UnixMs>;

/** Smallest first: a package fits its own size and every larger one. */
export const slotSizes = ['S', 'M', 'L'] as const;
export const SlotSize = z.enum(slotSizes);
export type SlotSize = z.infer<typeof SlotSize>;

export function fitsInto(parcel: SlotSize, slot: SlotSize): boolean {
  return slotSizes.indexOf(parcel) <= slotSizes.indexOf(slot);
}

/** What is compared at the unit: upper case, without blanks. */
export function normaliseBarcode(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}
