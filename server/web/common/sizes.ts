import type { SlotSize } from '@latchwork/shared';

/** In words that a sender can hold against a parcel; what a slot measures is the locker's own. */
export const sizes: { size: SlotSize; name: string; fits: string }[] = [
  { size: 'S', name: 'Small', fits: 'a book, a shoe box' },
  { size: 'M', name: 'Medium', fits: 'a backpack' },
  { size: 'L', name: 'Large', fits: 'a suitcase' },
];

export function sizeName(size: SlotSize): string {
  return sizes.find((known) => known.size === size)?.name ?? size;
}
