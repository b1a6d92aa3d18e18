import type { SlotSize } from '@latchwork/shared';

/** Smallest first. The values of shared are left to programs: with them would come its schemas. */
export const slotSizes: readonly SlotSize[] = ['S', 'M', 'L'];
