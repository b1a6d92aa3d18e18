import type { EntityId, SlotNumber } from '@latchwork/shared';
import { decideCancel, decideExpiry } from '../booking/index.ts';
import { type ScriptedLocker, startTestBench, type TestBench, testId } from '../events/testing.ts';
import type { BookingRow, LockerBook, LockerState } from '../ledger/index.ts';

export const user = testId(50);
export const courier = testId(51);

export interface ParcelBench {
  bench: TestBench;
  locker: ScriptedLocker;
  state(): LockerState;
  slot(slot: SlotNumber): LockerState['slots'][number] | undefined;
  parcel(n: number): LockerState['packages'][number] | undefined;
  booking(n: number): LockerState['bookings'][number] | undefined;
  /** Kind and status of every message to a recipient, in alphabetical order. */
  told(): string[];
  /** Lets the locker have what it was sent, and say so. */
  confirmPlan(): Promise<void>;
  /** Books as the booking domain does, the n-th parcel: package, booking, grant, and their plan items. */
  book(n: number, slot: SlotNumber, change?: Partial<BookingRow>): Promise<EntityId>;
  /** Ends the n-th booking as the booking domain does, although its locker does not hear of it. */
  end(n: number, status: 'cancelled' | 'expired'): Promise<void>;
  /** Writes the facts of a deposit into the locker's journal. */
  deposit(slot: SlotNumber, barcode: string, of?: EntityId): void;
  /** Writes the facts of a collection of the n-th parcel. */
  collect(slot: SlotNumber, n: number, allowedBy?: { means: 'grant' | 'courier badge'; id: string }): void;
  /** Sends what was written since, and waits until it is taken. */
  sync(): Promise<void>;
}

/** A locker that has its plan and a live session, and what parcels need. */
export async function startParcelBench(): Promise<ParcelBench> {
  const bench = startTestBench();
  const locker = bench.locker('7k3m9x2p');
  locker.hello();
  await locker.receiveWant();
  await locker.receivePlan(5);
  // What a session begins with is judged apart from what comes later in it.
  bench.clock.advance(1);
  let sent = 0;
  const state = () => bench.stateOf(locker);
  return {
    bench,
    locker,
    state,
    slot: (slot) => state().slots.find((row) => row.slot === slot),
    parcel: (n) => state().packages.find((row) => row.packageId === testId(100 + n)),
    booking: (n) => state().bookings.find((row) => row.bookingId === testId(200 + n)),
    told: () =>
      state()
        .notifications.map(({ kind, status }) => `${kind} ${status}`)
        .sort(),
    async confirmPlan() {
      await locker.receivePlan(bench.stateOf(locker).plan.rev);
      locker.beat();
      await bench.settle();
    },
    async book(n, slot, change = {}) {
      await bench.ledger.commit({ lockers: [locker.id] }, (books) => {
        const book = books.of(locker.id);
        if (book) putBooking(book, n, { nowMs: bench.clock.nowMs(), slot, change });
      });
      return testId(200 + n);
    },
    async end(n, status) {
      const wish = { bookingId: testId(200 + n), notificationId: testId(400 + n) };
      await bench.ledger.commit({ lockers: [locker.id] }, (books) => {
        const book = books.of(locker.id);
        const nowMs = book?.booking(wish.bookingId)?.expiresAt ?? 0;
        if (book) (status === 'expired' ? decideExpiry : decideCancel)(book, { ...wish, nowMs });
      });
    },
    deposit: (slot, barcode, of) => noteDeposit(locker, { slot, barcode, of }),
    collect: (slot, n, allowedBy = { means: 'grant', id: testId(300 + n) }) =>
      noteCollection(locker, { slot, n, allowedBy }),
    async sync() {
      locker.events(sent + 1);
      while ((await locker.receiveWant()).from < locker.next);
      sent = locker.next - 1;
    },
  };
}

function putBooking(
  book: LockerBook,
  n: number,
  { nowMs, slot, change }: { nowMs: number; slot: SlotNumber; change: Partial<BookingRow> },
): void {
  const ids = { package: testId(100 + n), booking: testId(200 + n), grant: testId(300 + n) };
  const codeHash = String(n).padEnd(43, '_');
  const expiresAt = nowMs + 1_000_000;
  const times = { createdAt: nowMs, deliveredAt: null, pickedUpAt: null, last: { ordinal: 0, seq: 0 } };
  const trackingId = `PARCEL${n}`;
  const parcel = { packageId: ids.package, userId: user, slot: null, trackingId, size: 'S' } as const;
  book.putPackage({ ...parcel, status: 'WAITING', ...times });
  const row = { bookingId: ids.booking, packageId: ids.package, slot, size: 'S', status: 'active' } as const;
  book.putBooking({ ...row, expiresAt, createdAt: nowMs, tokenHash: codeHash, ...change });
  book.putPlanItem('booking', ids.booking, { slot, size: 'S', barcodes: [trackingId], expiresAt });
  const rev = book.putPlanItem('grant', ids.grant, { booking: ids.booking, codeHash, expiresAt });
  const grant = { grantId: ids.grant, bookingId: ids.booking, keyGeneration: 1, counter: 0, codeHash };
  book.putGrant({ ...grant, status: 'live', expiresAt, rev });
}

function noteDeposit(
  locker: ScriptedLocker,
  { slot, barcode, of }: { slot: SlotNumber; barcode: string; of: EntityId | undefined },
): void {
  const opening = { authorisation: locker.uuid(), slot };
  const visit = locker.uuid();
  const allowedBy = { means: 'courier badge', id: courier } as const;
  locker.note({ kind: 'access.authorised', ...opening, visit, purpose: 'deposit', allowedBy });
  locker.note({ kind: 'door.opened', ...opening, atStart: false });
  locker.note({ kind: 'door.closed', ...opening });
  const known = of === undefined ? {} : { booking: of };
  locker.note({ kind: 'package.deposited', ...opening, visit, courier, barcode, ...known, size: 'S' });
  locker.note({ kind: 'access.ended', ...opening, outcome: 'done' });
}

function noteCollection(
  locker: ScriptedLocker,
  options: { slot: SlotNumber; n: number; allowedBy: { means: 'grant' | 'courier badge'; id: string } },
): void {
  const { slot, n, allowedBy } = options;
  const opening = { authorisation: locker.uuid(), slot };
  const visit = locker.uuid();
  const booking = testId(200 + n);
  locker.note({ kind: 'access.authorised', ...opening, visit, purpose: 'collect', allowedBy, booking });
  if (allowedBy.means === 'grant')
    locker.note({ kind: 'grant.redeemed', ...opening, grant: testId(300 + n) });
  locker.note({ kind: 'package.collected', ...opening, visit, booking });
  locker.note({ kind: 'access.ended', ...opening, outcome: 'done' });
}
