import type { LockerEvent, SlotNumber } from '@latchwork/shared';
import type { FactContext } from '../events/index.ts';
import type { LockerBook, SlotRow } from '../ledger/index.ts';
import { isNewer, raise } from './fact-tools.ts';
import { movePackage } from './package-states.ts';

/**
 * The parcel on record for a slot does not lie there: from now on it names no slot, and somebody has to look into it.
 *
 * @param slot as it was before the fact
 * @param words how that came to light
 */
export function parcelMissed(
  book: LockerBook,
  fact: LockerEvent & { slot: SlotNumber },
  context: FactContext,
  { slot, words }: { slot: SlotRow; words: string },
): void {
  if (slot.packageId === null || !isNewer(context.order, slot.last)) return;
  const parcel = book.package(slot.packageId);
  const status = parcel?.slot === fact.slot ? movePackage(parcel, 'missed') : null;
  if (parcel && status && isNewer(context.order, parcel.last))
    book.putPackage({ ...parcel, status, slot: null, last: context.order });
  raise(book, fact, context, { alarm: 'problem reported', detail: words, slot: fact.slot });
}
