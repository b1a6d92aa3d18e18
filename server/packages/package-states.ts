import type { PackageRow } from '../ledger/index.ts';

/**
 * The life of a package.
 *
 *   WAITING ──deposited──▶ DELIVERED ──collected──▶ PICKED_UP
 *     │ │                    │    └──────returned───▶ RETURNED
 *     │ └──────expired───────┴──▶ EXPIRED ──collected or returned──▶ as above
 *     └────────cancelled────────▶ CANCELLED
 *
 * Facts rule over wishes: a parcel that was put into a slot lies there, whatever became of its booking, and one that
 * was taken out is gone, whether its deposit was ever heard of or not.
 */
export type PackageStatus = PackageRow['status'];
export type PackageMove = 'deposited' | 'collected' | 'returned' | 'expired' | 'cancelled';

const moves: Record<PackageStatus, Record<PackageMove, PackageStatus | null>> = {
  WAITING: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    expired: 'EXPIRED',
    cancelled: 'CANCELLED',
  },
  DELIVERED: {
    deposited: null,
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    expired: 'EXPIRED',
    cancelled: null,
  },
  EXPIRED: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    expired: null,
    cancelled: null,
  },
  CANCELLED: {
    deposited: 'DELIVERED',
    collected: 'PICKED_UP',
    returned: 'RETURNED',
    expired: null,
    cancelled: null,
  },
  PICKED_UP: { deposited: null, collected: null, returned: null, expired: null, cancelled: null },
  RETURNED: { deposited: null, collected: null, returned: null, expired: null, cancelled: null },
};

/** The status after a move, or null where the move is none. */
export function movePackage(status: PackageStatus, move: PackageMove): PackageStatus | null {
  return moves[status][move];
}
