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

describe('slots and doors', () => {
  const authorisation = '01900000-0000-7000-8000-00000000aaaa';
  const allowedBy = { means: 'grant', id: testId(301) } as const;
  const visit = '01900000-0000-7000-8000-00000000bbbb';
  const cases = [
    [[{ kind: 'door.opened', slot: 1, atStart: false }], { door: 'open' }],
    [[{ kind: 'door.confirmed', slot: 1, authorisation, position: 'closed' }], { door: 'closed' }],
    [[{ kind: 'slot.outOfService', slot: 1, reason: 'stuck' }], { faulty: true }],
    [
      [
        { kind: 'slot.outOfService', slot: 1, reason: 'stuck' },
        { kind: 'slot.inService', slot: 1 },
      ],
      { faulty: false },
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

  test.each([
    [{ kind: 'door.stuck', slot: 1, authorisation, attempts: 3 }, 'door stuck'],
    [{ kind: 'door.forced', slot: 1 }, 'door forced'],
    [{ kind: 'door.leftOpen', slot: 1, openForMs: 120_000 }, 'door left open'],
    [{ kind: 'board.lost', board: 'A', detail: 'no answer' }, 'board lost'],
    [{ kind: 'problem.reported', problem: 'slot dirty' }, 'problem reported'],
  ] as const)('%j raises the alarm %s', async (fact, alarm) => {
    const id = locker.note(fact);
    await parcels.sync();
    expect(parcels.state().alarms).toMatchObject([{ alarm, id, at: expect.any(Number) }]);
  });

  test('found empty by a technician though a parcel should lie there: an alarm', async () => {
    parcels.deposit(1, 'STRANGER', undefined);
    locker.note({ kind: 'slot.settled', slot: 1, occupied: false, by: 'technician' });
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ occupancy: 'empty', packageId: null });
    expect(parcels.state().alarms).toMatchObject([{ alarm: 'problem reported', slot: 1 }]);
  });

  test('settled by a reopening: the collection that follows says what became of the parcel', async () => {
    const of = await parcels.book(1, 1);
    parcels.deposit(1, 'PARCEL1', of);
    locker.note({ kind: 'slot.unsettled', slot: 1, authorisation });
    locker.note({ kind: 'slot.settled', slot: 1, occupied: false, by: 'reopening' });
    parcels.collect(1, 1);
    await parcels.sync();
    expect(parcels.parcel(1)).toMatchObject({ status: 'PICKED_UP' });
    expect(parcels.state().alarms).toEqual([]);
  });
});
