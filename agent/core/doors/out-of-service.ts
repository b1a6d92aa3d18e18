import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import { type OutOfServiceReason, outOfServiceReasons } from '../state.ts';

/** One more reason why the locker itself gives the slot to no parcel. A parcel inside can still be collected. */
export function takeOutOfService(d: Draft, slot: SlotNumber, reason: OutOfServiceReason): void {
  const row = d.slot(slot);
  if (!row || row.outOfService.includes(reason)) return;
  const outOfService = outOfServiceReasons.filter(
    (known) => known === reason || row.outOfService.includes(known),
  );
  d.putSlot({ ...row, outOfService });
  d.emit({ kind: 'slot.outOfService', slot, reason });
}

/** A reason is gone: with the last one the slot is in service again, and else the one that remains is told. */
export function endOutOfService(d: Draft, slot: SlotNumber, reason: OutOfServiceReason): void {
  const row = d.slot(slot);
  if (!row?.outOfService.includes(reason)) return;
  const outOfService = row.outOfService.filter((known) => known !== reason);
  d.putSlot({ ...row, outOfService });
  const [remaining] = outOfService;
  d.emit(
    remaining ? { kind: 'slot.outOfService', slot, reason: remaining } : { kind: 'slot.inService', slot },
  );
}
