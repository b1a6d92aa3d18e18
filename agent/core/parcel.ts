import type { EntityId } from '@latchwork/shared';

/** What lies, or may lie, in a slot. */
export interface Parcel {
  barcode: string;
  booking: EntityId | null;
  courier: EntityId | null;
}
