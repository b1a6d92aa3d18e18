import {
  type Cell,
  entityId,
  type LockerId,
  type PlanBody,
  type SlotSize,
  type UnixMs,
} from '@latchwork/shared';
import type { Pool } from 'pg';
import { registerLocker } from '../ledger/index.ts';
import { makeClaim } from './claims.ts';
import { type CourierParts, spreadCouriers } from './couriers.ts';

/** A locker that is to be set up: one location of its own, and slots numbered from 1. */
export interface NewLocker {
  name: string;
  address: string;
  lat: number;
  long: number;
  pincode: string;
  /** ISO 3166-1 alpha-2 in lower case; it is the locker's cell too. */
  country: Cell;
  /** IANA name. */
  timeZone: string;
  /** In the order of the doors. */
  slots: readonly SlotSize[];
  policy: PlanBody<'policy'>;
}

/** What an operator takes to the cabinet. */
export interface LockerClaim {
  lockerId: LockerId;
  claim: string;
  expiresAt: UnixMs;
}

/** Registers a locker with its first plan and the country's couriers, and makes the claim it enrols with. */
export async function addLocker(
  parts: CourierParts & { pool: Pool },
  locker: NewLocker,
): Promise<LockerClaim> {
  const { db, pool, ring, clock, random } = parts;
  const { name, address, lat, long, pincode, country, timeZone } = locker;
  const nowMs = clock.nowMs();
  const lockerId = mintLockerId(country, random.bytes(8));
  await registerLocker(pool, {
    location: {
      locationId: entityId(country, random.uuidv7(nowMs)),
      ...{ name, address, lat, long, pincode, country, timeZone },
    },
    locker: { lockerId, name, keyGeneration: ring.currentGeneration },
    slots: locker.slots.map((size, index) => ({ slot: index + 1, size, features: [] })),
    policy: locker.policy,
    nowMs,
  });
  await spreadCouriers(parts);
  return { lockerId, ...(await makeClaim(db, lockerId, { nowMs, random })) };
}

/** Eight signs of 32, so 2⁴⁰: a second locker of the same id is refused by the database. */
function mintLockerId(cell: Cell, random: Uint8Array): LockerId {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  return `${cell}-${Array.from(random, (byte) => alphabet[byte & 31]).join('')}`;
}
