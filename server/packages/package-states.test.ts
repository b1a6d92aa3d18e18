import type { SlotNumber } from '@latchwork/shared';
import { expect, test } from 'vitest';
import { movePackage, type PackageMove, type PackageStatus } from './package-states.ts';

const moves: PackageMove[] = ['deposited', 'collected', 'returned', 'missed', 'expired', 'cancelled'];

test.each<[PackageStatus, SlotNumber | null, (PackageStatus | null)[]]>([
  ['WAITING', null, ['DELIVERED', 'PICKED_UP', 'RETURNED', null, 'EXPIRED', 'CANCELLED']],
  ['DELIVERED', 1, [null, 'PICKED_UP', 'RETURNED', 'DELIVERED', 'EXPIRED', null]],
  ['DELIVERED', null, ['DELIVERED', 'PICKED_UP', 'RETURNED', null, 'EXPIRED', null]],
  ['EXPIRED', 1, ['DELIVERED', 'PICKED_UP', 'RETURNED', 'EXPIRED', null, null]],
  ['CANCELLED', null, ['DELIVERED', 'PICKED_UP', 'RETURNED', null, null, null]],
  ['PICKED_UP', 1, [null, null, null, null, null, null]],
  ['RETURNED', 1, [null, null, null, null, null, null]],
])('from %s in slot %j each move leads where it should', (status, slot, expected) => {
  expect(moves.map((move) => movePackage({ status, slot }, move))).toEqual(expected);
});
