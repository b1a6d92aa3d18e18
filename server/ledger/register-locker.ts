import {
  cellOfLocker,
  type EntityId,
  type LockerId,
  type PlanBody,
  planLine,
  type SlotNumber,
  type SlotSize,
  type UnixMs,
} from '@latchwork/shared';
import type { Pool } from 'pg';
import { inTransaction } from '../database/index.ts';
import { writeRows } from './bulk-write.ts';
import { inLedgerWords } from './ledger-words.ts';
import * as records from './postgres-records.ts';
import { writes } from './postgres-tables.ts';
import type { LockerRows, PlanItemRow } from './rows.ts';

/** A new locker: where it stands, what it has, and how it behaves. */
export interface LockerRegistration {
  /** A location that is there already is brought up to date. */
  location: {
    locationId: EntityId;
    name: string;
    address: string;
    lat: number;
    long: number;
    pincode: string;
    /** ISO 3166-1 alpha-2, in lower case. */
    country: string;
    /** IANA name. */
    timeZone: string;
  };
  locker: { lockerId: LockerId; name: string; keyGeneration: number };
  slots: readonly { slot: SlotNumber; size: SlotSize; features: readonly string[] }[];
  policy: PlanBody<'policy'>;
  nowMs: UnixMs;
}

/**
 * Writes a new locker with its location, its slots, all empty, and the first plan. Rejects with LedgerError:
 * `integrity` when the locker is there already, or `unavailable`.
 */
export async function registerLocker(pool: Pool, registration: LockerRegistration): Promise<void> {
  const { rows, planItems } = firstState(registration);
  const { locker, slots, plan } = rows;
  await inLedgerWords(() =>
    inTransaction(pool, async (client) => {
      await writeRows(client, writes.location, [locationRecord(registration.location)]);
      await writeRows(client, writes.newLocker, [records.lockerRecord(locker)]);
      const slotRecords = slots.map((row) => records.slotRecord(locker, row));
      await writeRows(client, writes.slot, slotRecords);
      const occupancyRecords = slots.map((row) => records.occupancyRecord(locker, row));
      await writeRows(client, writes.occupancy, occupancyRecords);
      await writeRows(client, writes.planHead, [records.planHeadRecord(locker, plan)]);
      const planRecords = planItems.map((row) => records.planItemRecord(locker, row));
      await writeRows(client, writes.planItem, planRecords);
    }),
  );
}

/** What a locker begins with, on either ledger: its slots and its policy are the plan's first revisions. */
export function firstState({ location, locker, slots, policy, nowMs }: LockerRegistration): {
  rows: LockerRows;
  planItems: PlanItemRow[];
} {
  const planItems: PlanItemRow[] = slots.map(({ slot, size, features }, index) => {
    const rev = index + 1;
    const body = { size, features: [...features], inService: true };
    const line = planLine({ kind: 'slot', id: String(slot), rev, body });
    return { kind: 'slot', id: String(slot), rev, line };
  });
  const rev = planItems.length + 1;
  const policyLine = planLine({ kind: 'policy', id: 'locker', rev, body: policy });
  planItems.push({ kind: 'policy', id: 'locker', rev, line: policyLine });
  return {
    planItems,
    rows: {
      locker: {
        lockerId: locker.lockerId,
        locationId: location.locationId,
        cell: cellOfLocker(locker.lockerId),
        country: location.country,
        name: locker.name,
        status: 'new',
        numSlots: slots.length,
        freeSlots: slots.length,
        lastSyncedAt: null,
        keyGeneration: locker.keyGeneration,
      },
      presence: null,
      incarnations: [],
      slots: slots.map(({ slot, size, features }) => ({
        slot,
        size,
        features: [...features],
        status: 'inService',
        occupancy: 'empty',
        faulty: false,
        faultReason: null,
        wearing: null,
        door: 'unknown',
        boardLost: false,
        packageId: null,
        opening: null,
        last: { ordinal: 0, seq: 0 },
        changedAt: nowMs,
      })),
      bookings: [],
      packages: [],
      grants: [],
      plan: { serverEpoch: nowMs, rev },
    },
  };
}

function locationRecord(location: LockerRegistration['location']) {
  const { locationId, timeZone, ...rest } = location;
  return { ...rest, location_id: locationId, time_zone: timeZone };
}
