import type { LockerId } from '@latchwork/shared';
import * as fc from 'fast-check';
import { bookOf } from './bench.contract.ts';
import { type Ledger, type LedgerBooks, LedgerError } from './ledger.ts';
import type { LockerBook } from './locker-book.ts';
import * as sample from './samples.contract.ts';

/** Decisions drawn at random, as data, so that two ledgers can be given the same ones. */

export const randomLockers: readonly LockerId[] = ['gb-00000001', 'gb-00000002'];

interface Step {
  lockers: LockerId[];
  events: number[];
  bookings: number[];
  key: number | null;
  actions: Action[];
}

type Action = { locker: number } & (
  | { does: 'package'; n: number; slot: number | null; status: number }
  | { does: 'booking'; n: number; slot: number | null; status: number }
  | { does: 'grant'; n: number; code: number; status: number }
  | { does: 'slot'; slot: number; occupancy: number; faulty: boolean; packageN: number | null }
  | { does: 'plan'; id: number; gone: boolean }
  | { does: 'epoch' }
  | { does: 'fact'; event: number }
  | { does: 'notify'; ahead: number | null }
  | { does: 'confirm'; behind: number; isOtherEpoch: boolean }
  | { does: 'alarm' }
  | { does: 'health'; slot: number; day: number; seq: number; opensInMs: number | null }
);

const packageStatuses = ['WAITING', 'DELIVERED', 'PICKED_UP', 'EXPIRED', 'RETURNED', 'CANCELLED'] as const;
const bookingStatuses = ['active', 'fulfilled', 'displaced', 'cancelled', 'expired'] as const;
const grantStatuses = ['live', 'redeemed', 'revoked'] as const;
const occupancies = ['empty', 'occupied', 'unsettled', 'reopenable'] as const;

const parcel = fc.nat(3);
const slot = fc.option(fc.integer({ min: 1, max: 4 }), { nil: null });
const locker = fc.nat(1);
const one = (count: number) => fc.nat(count - 1);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ locker, does: fc.constant('package'), n: parcel, slot, status: one(6) } as const),
  fc.record({ locker, does: fc.constant('booking'), n: parcel, slot, status: one(5) } as const),
  fc.record({ locker, does: fc.constant('grant'), n: parcel, code: one(3), status: one(3) } as const),
  fc.record({
    locker,
    does: fc.constant('slot'),
    slot: fc.integer({ min: 1, max: 4 }),
    occupancy: one(4),
    faulty: fc.boolean(),
    packageN: fc.option(parcel, { nil: null }),
  } as const),
  fc.record({ locker, does: fc.constant('plan'), id: one(3), gone: fc.boolean() } as const),
  fc.record({ locker, does: fc.constant('epoch') } as const),
  fc.record({ locker, does: fc.constant('fact'), event: one(6) } as const),
  fc.record({ locker, does: fc.constant('notify'), ahead: fc.option(fc.nat(3), { nil: null }) } as const),
  fc.record({
    locker,
    does: fc.constant('confirm'),
    behind: fc.nat(4),
    isOtherEpoch: fc.boolean(),
  } as const),
  fc.record({ locker, does: fc.constant('alarm') } as const),
  fc.record({
    locker,
    does: fc.constant('health'),
    slot: fc.integer({ min: 1, max: 2 }),
    day: one(2),
    seq: one(99),
    opensInMs: fc.option(fc.nat(), { nil: null }),
  } as const),
);

const step: fc.Arbitrary<Step> = fc.record({
  lockers: fc.shuffledSubarray([...randomLockers], { minLength: 1 }),
  events: fc.constant([0, 1, 2, 3, 4, 5]),
  bookings: fc.subarray([0, 1, 2, 3]),
  key: fc.option(one(3), { nil: null }),
  actions: fc.array(action, { maxLength: 6 }),
});

export const randomSteps = fc.array(step, { minLength: 1, maxLength: 12 });

/** Lets the ledger take one step, and says all that its caller could see. */
export async function takeStep(ledger: Ledger, step: Step, index: number): Promise<unknown> {
  const load = {
    lockers: step.lockers,
    events: step.events.map((n) => sample.uuid(1000 + n)),
    bookings: step.lockers.flatMap((id) => step.bookings.map((n) => idOf(id, 'booking', n))),
    ...(step.key === null ? {} : { idempotency: { owner: 'owner', key: `${step.key}`, nowMs: index } }),
  };
  try {
    return await ledger.commit(load, (books) => {
      const seen = step.lockers.map((id) => summary(bookOf(books, id)));
      const effects = step.actions.map((item, n) => act(books, item, index * 100 + n));
      const answered = books.answered();
      if (step.key !== null && !answered) books.answer(`hash ${index}`, `answer ${index}`);
      return { seen, effects, answered, after: step.lockers.map((id) => summary(bookOf(books, id))) };
    });
  } catch (error) {
    return error instanceof LedgerError ? error.code : error;
  }
}

function act(books: LedgerBooks, item: Action, n: number): unknown {
  const id = randomLockers[item.locker] as LockerId;
  const book = books.of(id);
  if (!book) return undefined;
  switch (item.does) {
    case 'package':
      return book.putPackage(
        sample.packageRow(0, {
          packageId: idOf(id, 'package', item.n),
          slot: item.slot,
          status: packageStatuses[item.status] ?? 'WAITING',
          deliveredAt: item.slot === null ? null : sample.startMs + n,
        }),
      );
    case 'booking':
      return book.putBooking(
        sample.bookingRow(0, 0, {
          bookingId: idOf(id, 'booking', item.n),
          packageId: idOf(id, 'package', item.n),
          slot: item.slot,
          status: bookingStatuses[item.status] ?? 'active',
        }),
      );
    case 'grant':
      return book.putGrant(
        sample.grantRow(0, 0, {
          grantId: idOf(id, 'grant', item.n),
          bookingId: idOf(id, 'booking', item.n),
          codeHash: sample.hash(item.code),
          status: grantStatuses[item.status] ?? 'live',
        }),
      );
    case 'slot': {
      const row = book.slot(item.slot);
      if (!row) return undefined;
      const packageId = item.packageN === null ? null : idOf(id, 'package', item.packageN);
      const occupancy = occupancies[item.occupancy] ?? 'empty';
      return book.putSlot({ ...row, occupancy, faulty: item.faulty, packageId });
    }
    case 'plan':
      return item.gone
        ? book.endPlanItem('slot', `${item.id}`)
        : book.putPlanItem('slot', `${item.id}`, { size: 'S', features: [], inService: true });
    case 'epoch':
      return book.startEpoch(book.plan.serverEpoch + 1);
    case 'fact':
      // Numbered by the step, not counted on: a seq that was used before must be refused alike.
      book.log(sample.logRow(1000 + item.event, n % 37));
      return books.takeEffect(sample.uuid(1000 + item.event));
    case 'notify': {
      const waitsForRev = item.ahead === null ? null : book.plan.rev + item.ahead;
      return book.notify(sample.notificationRow(2000 + n, { waitsForRev }));
    }
    case 'confirm':
      return book.setPresence(
        sample.presenceRow({
          confirmedEpoch: book.plan.serverEpoch - Number(item.isOtherEpoch),
          confirmedRev: Math.max(0, book.plan.rev - item.behind),
        }),
      );
    case 'health': {
      const { slot, seq, opensInMs } = item;
      const day = `2025-06-0${item.day}`;
      return book.noteDoorHealth(sample.doorHealthRow({ slot, day, opensInMs, openings: n, seq }));
    }
    case 'alarm':
      return book.raise(sample.alarm(3000 + n, id));
  }
}

function summary(book: LockerBook) {
  const { locker, presence, incarnations, plan, slots, bookings, packages, grants } = book;
  return structuredClone({ locker, presence, incarnations, plan, slots, bookings, packages, grants });
}

function idOf(locker: LockerId, kind: 'package' | 'booking' | 'grant', n: number) {
  const kinds = { package: 100, booking: 200, grant: 300 };
  return sample.id(kinds[kind] + n + randomLockers.indexOf(locker) * 10);
}
