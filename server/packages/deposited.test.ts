import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testId } from '../events/testing.ts';
import { type ParcelBench, startParcelBench, user } from './testing.ts';

let parcels: ParcelBench;

beforeEach(async () => {
  parcels = await startParcelBench();
});
afterEach(() => parcels.bench.stop());

/** The slot that the locker's plan holds for a booking. */
async function plannedSlot(n: number): Promise<unknown> {
  const { items } = await parcels.bench.ledger.planSince(parcels.locker.id, 0);
  const item = items.find(({ kind, id }) => kind === 'booking' && id === testId(n));
  return JSON.parse(item?.line ?? '{}').body?.slot;
}

describe('a parcel that was not expected', () => {
  test('an unknown barcode makes a package without a user', async () => {
    parcels.deposit(2, 'STRANGER', undefined);
    await parcels.sync();
    expect(parcels.state().packages).toMatchObject([
      { userId: null, trackingId: 'STRANGER', status: 'DELIVERED', slot: 2 },
    ]);
    expect(parcels.slot(2)).toMatchObject({
      occupancy: 'occupied',
      packageId: parcels.state().packages[0]?.packageId,
    });
    expect(parcels.state().notifications).toEqual([]);
  });

  test('a locker that had not heard of the booking: the label tells', async () => {
    await parcels.book(1, 1);
    parcels.deposit(2, 'PARCEL1', undefined);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 2 });
    expect(parcels.booking(1)).toMatchObject({ status: 'fulfilled' });
    // Its code is not told before the locker knows it.
    expect(parcels.state().notifications).toMatchObject([{ kind: 'delivered', status: 'waiting' }]);
  });

  test('a booking that nobody knows: a package without a user, and an alarm', async () => {
    parcels.deposit(2, 'STRANGER', testId(999));
    await parcels.sync();
    expect(parcels.state().packages).toMatchObject([{ userId: null, status: 'DELIVERED' }]);
    expect(parcels.state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 2 }]);
  });

  test.each(['cancelled', 'expired'] as const)(
    'a booking that was %s before this was heard of comes back with its code',
    async (status) => {
      const of = await parcels.book(1, 1);
      await parcels.confirmPlan();
      parcels.deposit(1, 'PARCEL1', of);
      await parcels.end(1, status);
      await parcels.sync();
      expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 1 });
      expect(parcels.booking(1)).toMatchObject({ status: 'fulfilled' });
      const [grant] = parcels.state().grants;
      expect(grant).toMatchObject({ status: 'live', counter: 0 });
      const { items } = await parcels.bench.ledger.planSince(parcels.locker.id, 0);
      expect(items.map(({ kind, id }) => [kind, id])).toEqual(
        expect.arrayContaining([
          ['booking', of],
          ['grant', grant?.grantId],
        ]),
      );
      expect(parcels.state().alarms).toEqual([]);
      // The locker that was told that the code is void must know first that it is not.
      expect(parcels.told()).toEqual([`${status} pending`, 'delivered waiting'].sort());
    },
  );

  test('a code that another booking bears by now does not come back, and somebody has to look', async () => {
    const of = await parcels.book(1, 1);
    await parcels.end(1, 'expired');
    await parcels.book(2, 2);
    const [first, second] = parcels.state().grants;
    if (!first || !second) throw new Error('not booked');
    await parcels.bench.ledger.commit({ lockers: [parcels.locker.id] }, (books) => {
      books.of(parcels.locker.id)?.putGrant({ ...second, codeHash: first.codeHash });
    });
    parcels.deposit(1, 'PARCEL1', of);
    await parcels.sync();
    expect(parcels.state().grants.map(({ status }) => status)).toEqual(['revoked', 'live']);
    expect(parcels.booking(1)).toMatchObject({ status: 'fulfilled' });
    expect(parcels.state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 1 }]);
  });

  test('a second parcel under a booking that is over: another package of the same person', async () => {
    const of = await parcels.book(1, 1);
    parcels.deposit(1, 'PARCEL1', of);
    parcels.collect(1, 1);
    parcels.deposit(2, 'PARCEL1', of);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    const second = parcels.state().packages.find(({ packageId }) => packageId === parcels.slot(2)?.packageId);
    expect(second).toMatchObject({ userId: user, status: 'DELIVERED', slot: 2, trackingId: 'PARCEL1' });
    expect(second?.packageId).not.toBe(testId(101));
  });

  test('in a slot that another booking wished for: that one gets the next best, or is displaced', async () => {
    await parcels.book(1, 1);
    await parcels.book(2, 2);
    await parcels.book(3, 3);
    parcels.deposit(2, 'PARCEL1', testId(201));
    await parcels.sync();
    // Slot 1 was booking 1's wish and is free again.
    expect(parcels.booking(2)).toMatchObject({ status: 'active', slot: 1 });
    expect(await plannedSlot(202)).toBe(1);
    parcels.deposit(4, 'STRANGER', undefined);
    parcels.deposit(3, 'STRANGER2', undefined);
    await parcels.sync();
    expect(parcels.booking(3)).toMatchObject({ status: 'displaced', slot: null });
    await parcels.end(3, 'expired');
    expect(parcels.booking(3)).toMatchObject({ status: 'expired' });
    expect(parcels.told()).toContain('expired pending');
    parcels.deposit(1, 'PARCEL3', testId(203));
    await parcels.sync();
    expect(parcels.parcel(3)).toMatchObject({ status: 'DELIVERED', slot: 1 });
    expect(parcels.booking(2)).toMatchObject({ status: 'displaced', slot: null });
  });
});
