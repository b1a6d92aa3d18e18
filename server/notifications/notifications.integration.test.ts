import { deriveCode, entityId, type LockerId } from '@latchwork/shared';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cancelBooking } from '../booking/index.ts';
import type { NotificationKind } from '../ledger/index.ts';
import { type Booked, NotifierBench } from './notifier-bench.ts';

let bench: NotifierBench;

beforeAll(async () => {
  bench = await NotifierBench.start(inject('postgres'));
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** The locker says that it has the whole plan. */
function confirmPlan(lockerId: LockerId): Promise<void> {
  const nowMs = bench.parts.clock.nowMs();
  return bench.parts.ledger.commit({ lockers: [lockerId] }, (books) => {
    const book = books.of(lockerId)!;
    book.setPresence({
      online: true,
      since: nowMs,
      lastHeardAt: nowMs,
      confirmedEpoch: book.plan.serverEpoch,
      confirmedRev: book.plan.rev,
      digestsAgree: true,
      session: null,
    });
  });
}

const codeOf = ({ view, lockerId }: Booked) =>
  deriveCode(bench.parts.ring.codeMakingKey(1), { locker: lockerId, booking: view.bookingId, counter: 0 });

describe('a recipient', () => {
  test('is told of the booking at once, of the code when the locker knows it, of the delivery with it', async () => {
    const box = await bench.mailbox();
    bench.notify(box.url);
    const booked = await bench.book('ann@example.org');
    const first = await box.find(({ subject }) => subject === 'Booked: Mill Lane');
    expect(first).toMatchObject({ to: 'ann@example.org' });
    expect(first.text).toContain(booked.view.package.trackingId);
    expect(first.text).not.toContain(codeOf(booked));
    expect(box.mails).toHaveLength(1);

    await confirmPlan(booked.lockerId);
    const second = await box.find(({ subject }) => subject === 'Your code for Mill Lane');
    expect(second.text).toContain(`Your code: ${codeOf(booked)}`);
    expect(second.html).toContain(codeOf(booked));
    expect(second.text).toContain('1 Mill Lane, Cambridge');

    await bench.parts.ledger.commit({ lockers: [booked.lockerId] }, (books) => {
      const book = books.of(booked.lockerId)!;
      const [parcel] = book.packages;
      book.putPackage({ ...parcel!, status: 'DELIVERED', slot: 1, deliveredAt: bench.parts.clock.nowMs() });
      book.notify({
        notificationId: entityId('gb', bench.parts.random.uuidv7(bench.parts.clock.nowMs())),
        kind: 'delivered',
        userId: parcel!.userId!,
        bookingId: booked.view.bookingId,
        createdAt: bench.parts.clock.nowMs(),
        waitsForRev: null,
      });
    });
    const third = await box.find(({ subject }) => subject === 'Your parcel is in Mill Lane');
    expect(third.text).toContain(codeOf(booked));
    await bench.until(booked.view.bookingId, ({ delivered }) => delivered?.status === 'sent');
    const stored = await bench.parts.pool.query('select n::text as text from notification_event n');
    expect(JSON.stringify(stored.rows)).not.toContain(codeOf(booked));
    expect(bench.logged).toContain('a message was sent');
    expect(bench.logged).not.toContain(codeOf(booked));
    expect(bench.logged).not.toContain('ann@example.org');
  });

  test('of a cancelled booking gets no code', async () => {
    const box = await bench.mailbox();
    const booked = await bench.book('bob@example.org');
    await confirmPlan(booked.lockerId);
    await cancelBooking(bench.parts, booked.view.bookingId, booked.token);
    bench.notify(box.url);
    await box.find(({ subject }) => subject === 'Cancelled: Mill Lane');
    const rows = await bench.until(
      booked.view.bookingId,
      ({ codeReady, cancelled }) => codeReady?.status !== 'pending' && cancelled?.status === 'sent',
    );
    expect(rows).toMatchObject({
      booked: { status: 'superseded' },
      codeReady: { status: 'superseded' },
      cancelled: { status: 'sent' },
    });
    expect(box.mails).toHaveLength(1);
  });

  test('is not called to a slot in which the parcel was not found', async () => {
    const { view, lockerId } = await bench.book('mia@example.org');
    const nowMs = bench.parts.clock.nowMs();
    await bench.parts.ledger.commit({ lockers: [lockerId], bookings: [view.bookingId] }, (books) => {
      const book = books.of(lockerId)!;
      const parcel = book.package(book.booking(view.bookingId)!.packageId)!;
      book.putPackage({ ...parcel, status: 'DELIVERED', slot: null, deliveredAt: nowMs });
      book.notify({
        ...({ kind: 'delivered', userId: parcel.userId!, bookingId: view.bookingId } as const),
        notificationId: entityId('gb', bench.parts.random.uuidv7(nowMs)),
        ...{ createdAt: nowMs, waitsForRev: null },
      });
    });
    const box = await bench.mailbox();
    bench.notify(box.url);
    await bench.until(view.bookingId, ({ delivered }) => delivered?.status === 'superseded');
    expect(box.mails.map(({ subject }) => subject)).not.toContain('Your parcel is in Mill Lane');
  });

  test('is told neither of an end nor of a deposit that later facts overtook', async () => {
    const { view, lockerId } = await bench.book('olga@example.org');
    const nowMs = bench.parts.clock.nowMs();
    const move = (status: 'DELIVERED' | 'PICKED_UP', kinds: NotificationKind[]) =>
      bench.parts.ledger.commit({ lockers: [lockerId], bookings: [view.bookingId] }, (books) => {
        const book = books.of(lockerId)!;
        const parcel = book.package(book.booking(view.bookingId)!.packageId)!;
        book.putPackage({ ...parcel, status, slot: 1, deliveredAt: nowMs });
        for (const kind of kinds)
          book.notify({
            notificationId: entityId('gb', bench.parts.random.uuidv7(nowMs)),
            kind,
            userId: parcel.userId!,
            bookingId: view.bookingId,
            createdAt: nowMs,
            waitsForRev: kind === 'delivered' ? book.plan.rev : null,
          });
      });
    await move('DELIVERED', ['expired', 'delivered']);
    await move('PICKED_UP', ['pickedUp']);
    expect((await bench.messages(view.bookingId)).delivered?.status).toBe('waiting');
    await confirmPlan(lockerId);
    const box = await bench.mailbox();
    bench.notify(box.url);
    const rows = await bench.until(view.bookingId, (all) =>
      Object.values(all).every(({ status }) => status === 'sent' || status === 'superseded'),
    );
    expect(rows).toMatchObject({
      expired: { status: 'superseded' },
      delivered: { status: 'superseded' },
      pickedUp: { status: 'sent' },
    });
    expect(box.mails).toHaveLength(1);
  });
});
