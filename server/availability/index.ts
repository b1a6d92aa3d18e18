/** How many slots of each size are free. */
export { type FreeSlots, freeSlotsOf, noFreeSlots, type PerSize } from './free-slots.ts';
