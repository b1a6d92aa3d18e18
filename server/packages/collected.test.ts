import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedLocker, testId } from '../events/testing.ts';
import { packageFacts, slotFacts } from './index.ts';
import { courier, type ParcelBench, startParcelBench, user } from './testing.ts';

let parcels: ParcelBench;
let locker: ScriptedLocker;

beforeEach(async () => {
  parcels = await startParcelBench();
  locker = parcels.locker;
});
afterEach(() => parcels.bench.stop());

const planKeys = () =>
  parcels
    .state()
    .planItems.filter(({ line }) => line !== null)
    .map(({ kind, id }) => `${kind} ${id}`);

describe('a booked parcel', () => {
  test('deposited: delivered in the slot that was used, the wished slot is free again, its owner is told', async () => {
    const of = await parcels.book(1, 1);
    expect(parcels.state().locker.freeSlots).toBe(3);
    parcels.deposit(4, 'PARCEL1', of);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({
      status: 'DELIVERED',
      slot: 4,
      deliveredAt: expect.any(Number),
    });
    expect(parcels.booking(1)).toMatchObject({ status: 'fulfilled' });
    expect(parcels.slot(4)).toMatchObject({
      occupancy: 'occupied',
      packageId: testId(101),
      opening: null,
      door: 'closed',
    });
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty' });
    expect(parcels.state().locker.freeSlots).toBe(3);
    expect(parcels.state().notifications).toMatchObject([{ kind: 'delivered', userId: user, bookingId: of }]);
    // The locker opens for the grant whatever slot holds the booking's parcel, so both stay in its plan.
    expect(planKeys()).toEqual(expect.arrayContaining([`booking ${of}`, `grant ${testId(301)}`]));
  });

  test('collected: picked up, the grant spent, the plan rid of both, the slot reopenable until that lapses', async () => {
    const of = await parcels.book(1, 1);
    await parcels.confirmPlan();
    parcels.deposit(1, 'PARCEL1', of);
    await parcels.sync();
    parcels.collect(1, 1);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP', pickedUpAt: expect.any(Number) });
    expect(parcels.state().grants).toMatchObject([{ status: 'redeemed' }]);
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'reopenable', packageId: null });
    expect(parcels.state().locker.freeSlots).toBe(3);
    expect(parcels.told()).toEqual(['delivered pending', 'pickedUp pending']);
    expect(planKeys().filter((key) => /booking|grant/.test(key))).toEqual([]);
    locker.note({ kind: 'reopening.lapsed', slot: 1 });
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty' });
    expect(parcels.state().locker.freeSlots).toBe(4);
  });

  test('deposit and collection heard at once: nobody is called to an empty slot', async () => {
    const of = await parcels.book(1, 1);
    parcels.deposit(1, 'PARCEL1', of);
    parcels.collect(1, 1);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(parcels.told()).toEqual(['delivered superseded', 'pickedUp pending']);
  });

  test('taken back by a courier: returned, the grant revoked, nobody is told it was picked up', async () => {
    const of = await parcels.book(1, 1);
    await parcels.confirmPlan();
    parcels.deposit(1, 'PARCEL1', of);
    parcels.collect(1, 1, { means: 'courier badge', id: courier });
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'RETURNED', pickedUpAt: null });
    expect(parcels.state().grants).toMatchObject([{ status: 'revoked' }]);
    expect(parcels.told()).toEqual(['delivered pending']);
  });

  test('collected without a deposit ever heard of: picked up all the same', async () => {
    await parcels.book(1, 1);
    parcels.collect(2, 1);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(parcels.booking(1)).toMatchObject({ status: 'fulfilled' });
  });

  test('a fact that is heard late moves nothing backwards', async () => {
    const of = await parcels.book(1, 1);
    parcels.deposit(1, 'PARCEL1', of);
    parcels.collect(1, 1);
    await parcels.sync();
    const before = parcels.state();
    const ids = { authorisation: locker.uuid(), visit: locker.uuid(), booking: of };
    const late = { id: locker.uuid(), seq: 1, at: 1, clock: 'good', slot: 1, ...ids } as const;
    const context = {
      order: { ordinal: 1, seq: 1 },
      receivedAtMs: parcels.bench.clock.nowMs(),
      newId: () => locker.uuid(),
    };
    await parcels.bench.ledger.commit({ lockers: [locker.id], bookings: [of] }, (books) => {
      const own = books.of(locker.id);
      if (!own) throw new Error('no book');
      const deposited = {
        ...late,
        kind: 'package.deposited',
        courier,
        barcode: 'PARCEL1',
        size: 'S',
      } as const;
      packageFacts['package.deposited'](own, deposited, context);
      packageFacts['package.collected'](own, { ...late, kind: 'package.collected' }, context);
      slotFacts['slot.unsettled'](own, { ...late, kind: 'slot.unsettled' }, context);
    });
    expect(parcels.state()).toEqual(before);
  });
});
