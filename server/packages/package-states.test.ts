import { expect, test } from 'vitest';
import { movePackage, type PackageMove, type PackageStatus } from './package-states.ts';

const moves: PackageMove[] = ['deposited', 'collected', 'returned', 'expired', 'cancelled'];

test.each<[PackageStatus, (PackageStatus | null)[]]>([
  ['WAITING', ['DELIVERED', 'PICKED_UP', 'RETURNED', 'EXPIRED', 'CANCELLED']],
  ['DELIVERED', [null, 'PICKED_UP', 'RETURNED', 'EXPIRED', null]],
  ['EXPIRED', ['DELIVERED', 'PICKED_UP', 'RETURNED', null, null]],
  ['CANCELLED', ['DELIVERED', 'PICKED_UP', 'RETURNED', null, null]],
  ['PICKED_UP', [null, null, null, null, null]],
  ['RETURNED', [null, null, null, null, null]],
])('from %s each move leads where it should', (status, expected) => {
  expect(moves.map((move) => movePackage(status, move))).toEqual(expected);
});
