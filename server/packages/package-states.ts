import type { PackageRow } from '../ledger/index.ts';

/**
 * The life of a package.
 *
 *   WAITING ──deposited──▶ DELIVERED ──collected──▶ PICKED_UP
 *     │ │                    │    └──────returned───▶ RETURNED
 *     │ └──────expired───────┴──▶ EXPIRED ──collected or returned──▶ as above
 *     └────────cancelled────────▶ CANCELLED
 *
 * One that was delivered and then found not to lie in its slot is missed: it keeps its status and names no slot, its code
 * goes on, nobody is called to it any more, and the same parcel may be deposited again.
 *
 * Facts rule over wishes: a parcel that was put into a slot lies there, whatever became of its booking, and one that
 * was taken out is gone, whether its deposit was ever heard of or not.
 */
export type PackageStatus = PackageRow['status'];
export type PackageMove = 'deposited' | 'collected' | 'returned' | 'missed' | 'expired' | 'cancelled';
type Standing = PackageStatus | 'MISSED';

const moves: Record<Standing, Record<PackageMove, PackageStatus | null>> = {
  WAITING: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    missed: null,
    expired: 'EXPIRED',
    cancelled: 'CANCELLED',
  },
  MISSED: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    missed: null,
    expired: 'EXPIRED',
    cancelled: null,
  },
  DELIVERED: {
    deposited: null,
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    missed: 'DELIVERED',
    expired: 'EXPIRED',
    cancelled: null,
  },
  EXPIRED: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    missed: 'EXPIRED',
    expired: null,
    cancelled: null,
  },
  CANCELLED: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    missed: null,
    expired: null,
    cancelled: null,
  },
  PICKED_UP: {
    deposited: null,
    collected: null,
    returned: null,
    missed: null,
    expired: null,
    cancelled: null,
  },
  RETURNED: {
    deposited: null,
    collected: null,
    returned: null,
    missed: null,
    expired: null,
    cancelled: null,
  },
};

/** The status after a move, or null where the move is none. */
export function movePackage(
  parcel: Pick<PackageRow, 'status' | 'slot'>,
  move: PackageMove,
): PackageStatus | null {
  return moves[isMissed(parcel) ? 'MISSED' : parcel.status][move];
}

function isMissed({ status, slot }: Pick<PackageRow, 'status' | 'slot'>): boolean {
  return status === 'DELIVERED' && slot === null;
}
