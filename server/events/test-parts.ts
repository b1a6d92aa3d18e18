import { type EntityId, entityId, type LockerId, type PlanBody } from '@latchwork/shared';
import type { LockerRegistration } from '../ledger/index.ts';
import { packageFacts, quietFacts, slotFacts } from '../packages/index.ts';
import { testKeys } from './scripted-locker.ts';

export const testKeysOf = (locker: LockerId) => Promise.resolve(testKeys(locker));

export const testHandlers = { ...packageFacts, ...slotFacts, ...quietFacts };

/** The n-th id of a test. */
export function testId(n: number): EntityId {
  return entityId('gb', `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
}

const policy: PlanBody<'policy'> = {
  lockerName: 'Hallway',
  helpNumber: '0800 000000',
  unknownBarcodes: 'accept',
  reopenGraceS: 60,
  visitIdleS: 60,
  settleS: 10,
  leftOpenS: 120,
};

/** Four slots: 1 and 4 are small, 2 is medium, 3 is large. The plan begins at revision 5. */
export function testRegistration(lockerId: LockerId, nowMs: number): LockerRegistration {
  const place = { lat: 51.5, long: -0.12, pincode: 'N1 9AG', country: 'gb', timeZone: 'Europe/London' };
  return {
    location: { locationId: testId(1), name: 'Station', address: '1 High Street', ...place },
    locker: { lockerId, name: 'Hallway', keyGeneration: 1 },
    slots: (['S', 'M', 'L', 'S'] as const).map((size, index) => ({ slot: index + 1, size, features: [] })),
    policy,
    nowMs,
  };
}
