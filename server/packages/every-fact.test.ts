import { type EventKind, eventBodies, type Fact, limits } from '@latchwork/shared';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FactHandler } from '../events/index.ts';
import { testId } from '../events/testing.ts';
import type { LockerBook, LockerState } from '../ledger/index.ts';
import { packageFacts, quietFacts, slotFacts } from './index.ts';
import { courier, startParcelBench } from './testing.ts';

/** Whatever a locker tells, in whatever order: nothing throws, nothing is refused, and no parcel is forgotten. */

const handlers = { ...packageFacts, ...slotFacts, ...quietFacts };
const slots = 4;
const kinds = Object.keys(eventBodies) as EventKind[];
const uuids = [1, 2, 3].map((n) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`);

/** Values by the name of the field; a field that is not named here has a schema that says all. */
const fields: Record<string, fc.Arbitrary<unknown>> = {
  slot: fc.integer({ min: 1, max: slots + 1 }),
  slots: fc.array(fc.integer({ min: 1, max: slots + 1 })),
  unseen: fc.array(fc.integer({ min: 1, max: slots + 1 })),
  authorisation: fc.constantFrom(...uuids),
  visit: fc.constantFrom(...uuids),
  incarnation: fc.constantFrom(...uuids),
  booking: fc.constantFrom(...[1, 2, 3, 9].map((n) => testId(200 + n))),
  grant: fc.constantFrom(...[1, 2, 3, 9].map((n) => testId(300 + n))),
  courier: fc.constant(courier),
  barcode: fc.constantFrom('PARCEL1', 'PARCEL2', 'STRANGER'),
  allowedBy: fc.constantFrom({ means: 'courier badge', id: courier }, { means: 'grant', id: testId(301) }),
  day: fc.constantFrom('2025-06-01', '0000-01-01', '9999-12-31'),
  summarised: fc.constantFrom<string>(...kinds),
};
const plain = [0, 1, 7, 100, true, false, null, 'x', 'good', ...'S M L'.split(' ')];

/** A body that the schema takes, drawn field by field: enumerations say their own values. */
function bodyOf(kind: EventKind): fc.Arbitrary<object> {
  const shape: Record<string, { safeParse(value: unknown): { success: boolean } }> = eventBodies[kind].shape;
  return fc.record(
    Object.fromEntries(
      Object.entries(shape).map(([name, schema]) => {
        const values = [...plain, ...enumerated(schema)].filter((value) => schema.safeParse(value).success);
        const drawn = fields[name] ?? fc.constantFrom(...values);
        return [name, schema.safeParse(undefined).success ? fc.option(drawn, { nil: undefined }) : drawn];
      }),
    ),
  );
}

function enumerated(schema: object): readonly unknown[] {
  const { options, unwrap } = schema as { options?: unknown[]; unwrap?: () => object };
  return options ?? (unwrap ? enumerated(unwrap.call(schema)) : []);
}

/** Those that move parcels and slots come more often, so that they meet. */
const moving = new Set<EventKind>([
  ...(['access.authorised', 'access.ended', 'package.deposited', 'package.collected'] as const),
  ...(['slot.unsettled', 'slot.settled', 'reopening.lapsed', 'slot.outOfService', 'slot.inService'] as const),
]);

const someFact = fc.oneof(
  ...kinds.map((kind) => ({
    weight: moving.has(kind) ? 10 : 1,
    arbitrary: bodyOf(kind).map((body) => JSON.parse(JSON.stringify({ kind, ...body })) as Fact),
  })),
);

test('whatever is told, in whatever order, is taken, and no parcel is forgotten', async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(fc.array(someFact, { minLength: 20, maxLength: 60 }), async (facts) => {
    const parcels = await startParcelBench();
    const { locker, bench } = parcels;
    for (const n of [1, 2, 3]) await parcels.book(n, n);
    await bench.ledger.commit(
      { lockers: [locker.id], bookings: [1, 2, 3].map((n) => testId(200 + n)) },
      (books) => {
        const book = books.of(locker.id) as LockerBook;
        for (const [index, fact] of facts.entries()) {
          const seq = index + 1;
          const event = { ...fact, id: locker.uuid(), seq, at: seq, clock: 'good' as const };
          const receivedAtMs = bench.clock.nowMs();
          const context = { order: { ordinal: 1, seq }, receivedAtMs, newId: () => locker.uuid() };
          const handler = handlers[fact.kind] as FactHandler<EventKind> | { none: string };
          const misfit = typeof handler === 'function' ? handler(book, event, context) : undefined;
          if (misfit) expect(fact).toMatchObject({ slot: slots + 1 });
          seen.add(fact.kind);
        }
      },
    );
    expectWhole(parcels.state());
    await bench.stop();
  });
  await fc.assert(property, { numRuns: 200 });
  expect([...seen].sort()).toEqual([...kinds].sort());
});

function expectWhole({ locker, slots: rows, packages, bookings, alarms }: LockerState): void {
  for (const { slot, packageId } of rows)
    if (packageId !== null)
      expect(
        packages.map((row) => row.packageId),
        `slot ${slot}`,
      ).toContain(packageId);
  for (const { packageId, status, slot } of packages)
    if (status === 'DELIVERED' && slot !== null)
      expect(rows.find((row) => row.slot === slot)).toMatchObject({ packageId });
  const held = bookings.filter(({ status }) => status === 'active').map(({ slot }) => slot);
  const free = rows.filter(
    (row) => row.occupancy === 'empty' && !row.faulty && row.opening === null && !held.includes(row.slot),
  );
  expect(locker.freeSlots).toBe(free.length);
  for (const { packageId } of free) expect(packageId).toBeNull();
  for (const { detail } of alarms) expect(detail.length).toBeLessThanOrEqual(limits.textCharactersMax);
}
