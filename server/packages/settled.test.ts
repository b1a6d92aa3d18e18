import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedLocker, testId } from '../events/testing.ts';
import { slotFacts } from './index.ts';
import { courier, type ParcelBench, startParcelBench } from './testing.ts';

let parcels: ParcelBench;
let locker: ScriptedLocker;

beforeEach(async () => {
  parcels = await startParcelBench();
  locker = parcels.locker;
});
afterEach(() => parcels.bench.stop());

const authorisation = '01900000-0000-7000-8000-00000000aaaa';

async function delivered(slot: number): Promise<void> {
  const of = await parcels.book(1, slot);
  await parcels.confirmPlan();
  parcels.deposit(slot, 'PARCEL1', of);
  await parcels.sync();
}

describe.each(['technician', 'sensor'] as const)('found by a %s', (by) => {
  const settled = (occupied: boolean) => locker.note({ kind: 'slot.settled', slot: 1, occupied, by });

  test('empty, though a parcel should lie there: it is not forgotten, and its code goes on', async () => {
    await delivered(1);
    locker.note({ kind: 'slot.unsettled', slot: 1 });
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'unsettled', packageId: testId(101) });
    expect(parcels.state().locker.freeSlots).toBe(3);
    settled(false);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty', packageId: null });
    expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: null });
    expect(parcels.booking(1)).toMatchObject({ status: 'fulfilled' });
    expect(parcels.state().grants).toMatchObject([{ status: 'live' }]);
    expect(parcels.state().alarms).toMatchObject([
      { alarm: 'problem reported', slot: 1, detail: expect.stringContaining(`empty by a ${by}`) },
    ]);
    expect(parcels.state().locker.freeSlots).toBe(4);
  });

  test('empty, and the same parcel comes again: it is delivered there, and its recipient told', async () => {
    await delivered(1);
    settled(false);
    parcels.deposit(2, 'PARCEL1', testId(201));
    await parcels.sync();
    expect(parcels.state().packages).toHaveLength(1);
    expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 2 });
    expect(parcels.told()).toEqual(['delivered pending', 'delivered pending']);
    parcels.collect(2, 1);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
  });

  test('occupied by the parcel that should lie there: all is well', async () => {
    await delivered(1);
    locker.note({ kind: 'slot.unsettled', slot: 1 });
    settled(true);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'occupied', packageId: testId(101) });
    expect(parcels.state().alarms).toEqual([]);
  });

  test('occupied by nobody knows what: somebody has to look, and a booking that wished for it moves', async () => {
    await parcels.book(1, 1);
    settled(true);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'occupied', packageId: null });
    expect(parcels.booking(1)).toMatchObject({ status: 'active', slot: 4 });
    expect(parcels.state().alarms).toMatchObject([
      { alarm: 'problem reported', slot: 1, detail: expect.stringContaining('no parcel is known') },
    ]);
  });

  test('empty after a collection: whoever collected may still look again, until that lapses', async () => {
    await delivered(1);
    parcels.collect(1, 1);
    settled(false);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'reopenable' });
    expect(parcels.state().locker.freeSlots).toBe(3);
    locker.note({ kind: 'reopening.lapsed', slot: 1 });
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty' });
    expect(parcels.state().alarms).toEqual([]);
  });

  test('empty where nothing should lie: nothing to tell', async () => {
    locker.note({ kind: 'slot.unsettled', slot: 1 });
    settled(false);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty' });
    expect(parcels.state().alarms).toEqual([]);
  });
});

test('a sensor that contradicts a deposit, and one that contradicts a collection', async () => {
  await delivered(1);
  locker.note({ kind: 'problem.reported', slot: 1, problem: 'slot empty' });
  locker.note({ kind: 'slot.unsettled', slot: 1 });
  await parcels.sync();
  expect(parcels.slot(1)).toMatchObject({ occupancy: 'unsettled', packageId: testId(101) });
  expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 1 });
  parcels.collect(1, 1);
  locker.note({ kind: 'problem.reported', slot: 1, problem: 'slot occupied' });
  locker.note({ kind: 'slot.unsettled', slot: 1 });
  locker.note({ kind: 'reopening.lapsed', slot: 1 });
  await parcels.sync();
  expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
  // What lies there nobody knows, so nothing is put there.
  expect(parcels.slot(1)).toMatchObject({ occupancy: 'unsettled', packageId: null });
  expect(parcels.state().locker.freeSlots).toBe(3);
  expect(parcels.state().alarms.map(({ alarm }) => alarm)).toEqual(['problem reported', 'problem reported']);
});

describe('settled by a reopening', () => {
  const opening = { authorisation, slot: 1 };
  const visit = '01900000-0000-7000-8000-00000000bbbb';
  const authorised = {
    ...({ kind: 'access.authorised', ...opening, visit, purpose: 'deposit' } as const),
    allowedBy: { means: 'courier badge', id: courier },
  } as const;
  const empty = { kind: 'slot.settled', slot: 1, occupied: false, by: 'reopening' } as const;
  const ended = { kind: 'access.ended', ...opening, outcome: 'cancelled' } as const;

  test('the collection that follows says what became of the parcel', async () => {
    await delivered(1);
    locker.note({ kind: 'slot.unsettled', slot: 1, authorisation });
    locker.note({ ...authorised, purpose: 'collect', allowedBy: { means: 'grant', id: testId(301) } });
    locker.note(empty);
    locker.note({ kind: 'package.collected', ...opening, visit, booking: testId(201) });
    locker.note({ ...ended, outcome: 'done' });
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(parcels.state().alarms).toEqual([]);
  });

  test('a courier who takes the parcel out again leaves none on record', async () => {
    await delivered(1);
    for (const fact of [{ kind: 'slot.unsettled', slot: 1 } as const, authorised, empty, ended])
      locker.note(fact);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty', packageId: null, opening: null });
    expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: null });
    expect(parcels.state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 1 }]);
  });

  test('that nobody heard of is a finding as any other', async () => {
    await delivered(1);
    locker.note(empty);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: null });
    expect(parcels.state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 1 }]);
  });
});

test('a parcel that another one took the place of is not forgotten', async () => {
  await delivered(1);
  parcels.deposit(1, 'STRANGER', undefined);
  await parcels.sync();
  expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: null });
  expect(parcels.slot(1)?.packageId).not.toBe(testId(101));
  expect(parcels.state().alarms).toMatchObject([
    { alarm: 'problem reported', slot: 1, detail: expect.stringContaining('another one should lie') },
  ]);
});

test('settled by what is older than the slot’s newest fact changes nothing', async () => {
  await delivered(1);
  const before = parcels.state();
  const fact = {
    ...({ kind: 'slot.settled', slot: 1, occupied: false, by: 'technician' } as const),
    ...({ id: locker.uuid(), seq: 1, at: 1, clock: 'good' } as const),
  };
  const context = { order: { ordinal: 1, seq: 1 }, receivedAtMs: 1, newId: () => locker.uuid() };
  await parcels.bench.ledger.commit({ lockers: [locker.id] }, (books) => {
    const book = books.of(locker.id);
    if (book) slotFacts['slot.settled'](book, fact, context);
  });
  expect(parcels.state()).toEqual(before);
});

describe('a sensor that tells how a visit ended which was cut short', () => {
  const cutShort = { authorisation, slot: 1, visit: '01900000-0000-7000-8000-00000000bbbb' };

  test('a deposit: delivered as any other', async () => {
    const booking = await parcels.book(1, 1);
    await parcels.confirmPlan();
    locker.note({ kind: 'slot.unsettled', slot: 1, authorisation });
    const parcel = { courier, barcode: 'PARCEL1', booking, size: 'S' } as const;
    locker.note({ kind: 'package.deposited', ...cutShort, ...parcel });
    locker.note({ kind: 'slot.settled', slot: 1, occupied: true, by: 'sensor' });
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'DELIVERED', slot: 1 });
    expect(parcels.state().alarms).toEqual([]);
    expect(parcels.told()).toEqual(['delivered pending']);
  });

  test('a collection: picked up as any other', async () => {
    await delivered(1);
    locker.note({ kind: 'slot.unsettled', slot: 1, authorisation });
    locker.note({ kind: 'package.collected', ...cutShort, booking: testId(201) });
    locker.note({ kind: 'reopening.lapsed', slot: 1 });
    locker.note({ kind: 'slot.settled', slot: 1, occupied: false, by: 'sensor' });
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty', packageId: null });
    expect(parcels.state().alarms).toEqual([]);
  });
});
