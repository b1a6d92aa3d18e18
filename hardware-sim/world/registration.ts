import type { Config } from '@latchwork/agent';
import type { MemoryLedger } from '@latchwork/server';
import type { EntityId } from '@latchwork/shared';

const name = 'Simulated Street';

/** How the simulated locker is registered with the server: the slots of its cabinet, and a policy of short waits. */
export function registrationOf(
  { lockerId, slots }: Config,
  locationId: EntityId,
  nowMs: number,
): Parameters<MemoryLedger['register']>[0] {
  return {
    location: {
      ...{ locationId, name, address: name, pincode: 'N1 9AG', country: 'gb' },
      ...{ lat: 51.5, long: -0.1, timeZone: 'Europe/London' },
    },
    locker: { lockerId, name, keyGeneration: 1 },
    slots: slots.map(({ slot, size }) => ({ slot, size, features: [] })),
    policy: {
      lockerName: name,
      helpNumber: '0800 000000',
      unknownBarcodes: 'accept',
      reopenGraceS: 120,
      visitIdleS: 30,
      settleS: 8,
      leftOpenS: 60,
    },
    nowMs,
  };
}
