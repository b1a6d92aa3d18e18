import type { EntityId } from '@latchwork/shared';
import type { FactContext } from '../events/index.ts';
import type { LockerBook } from '../ledger/index.ts';
import { isNewer } from './fact-tools.ts';
import { movePackage } from './package-states.ts';

/** A parcel does not lie in the slot where it should: from now on it names none. */
export function packageMissed(book: LockerBook, packageId: EntityId, { order }: FactContext): void {
  const parcel = book.package(packageId);
  const status = parcel && isNewer(order, parcel.last) ? movePackage(parcel, 'missed') : null;
  if (parcel && status) book.putPackage({ ...parcel, status, slot: null, last: order });
}
