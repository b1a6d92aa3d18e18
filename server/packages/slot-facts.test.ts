import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedLocker, testId } from '../events/testing.ts';
import { type ParcelBench, startParcelBench } from './testing.ts';

let parcels: ParcelBench;
let locker: ScriptedLocker;

beforeEach(async () => {
  parcels = await startParcelBench();
  locker = parcels.locker;
});
afterEach(() => parcels.bench.stop());

describe('slots', () => {
  const authorisation = '01900000-0000-7000-8000-00000000aaaa';
  const allowedBy = { means: 'grant', id: testId(301) } as const;
  const visit = '01900000-0000-7000-8000-00000000bbbb';
  const cases = [
    [[{ kind: 'slot.outOfService', slot: 1, reason: 'flapping' }], { faulty: true, faultReason: 'flapping' }],
    [
      [
        { kind: 'slot.outOfService', slot: 1, reason: 'technician' },
        { kind: 'slot.inService', slot: 1 },
      ],
      { faulty: false, faultReason: null },
    ],
    [
      [
        { kind: 'slot.outOfService', slot: 1, reason: 'stuck' },
        { kind: 'slot.outOfService', slot: 1, reason: 'flapping' },
        { kind: 'door.steady', slot: 1 },
        { kind: 'slot.outOfService', slot: 1, reason: 'stuck' },
      ],
      { faulty: true, faultReason: 'stuck' },
    ],
    [[{ kind: 'slot.unsettled', slot: 1, authorisation }], { occupancy: 'unsettled' }],
    [
      [
        { kind: 'slot.unsettled', slot: 1, authorisation },
        { kind: 'slot.settled', slot: 1, occupied: false, by: 'sensor' },
      ],
      { occupancy: 'empty' },
    ],
    [
      [{ kind: 'access.authorised', authorisation, slot: 1, visit, purpose: 'collect', allowedBy }],
      { opening: { authorisation, purpose: 'collect', allowedBy } },
    ],
    [
      [
        { kind: 'access.authorised', authorisation, slot: 1, visit, purpose: 'collect', allowedBy },
        { kind: 'access.ended', authorisation: visit, slot: 1, outcome: 'superseded' },
      ],
      { opening: { authorisation, purpose: 'collect', allowedBy } },
    ],
    [[{ kind: 'reopening.lapsed', slot: 1 }], { occupancy: 'empty' }],
  ] as const;
  test.each(cases)('%j leaves %j', async (facts, expected) => {
    for (const fact of facts) locker.note(fact);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject(expected);
  });

  test('a reopenable slot is empty once it is authorised for anything else', async () => {
    const of = await parcels.book(1, 1);
    parcels.deposit(1, 'PARCEL1', of);
    parcels.collect(1, 1);
    locker.note({ kind: 'access.authorised', authorisation, slot: 1, visit, purpose: 'deposit', allowedBy });
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty' });
    expect(parcels.state().locker.freeSlots).toBe(3);
  });
});
