/** How many slots of each size are free. */
export { type FreeSlots, freeSlotsOf, noFreeSlots } from './free-slots.ts';
