import { deriveCode, entityId, type LockerId } from '@latchwork/shared';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestParts, type TestParts } from '../access/testing.ts';
import { type BookingView, cancelBooking, makeBooking } from '../booking/index.ts';
import type { NotificationKind } from '../ledger/index.ts';
import { type Mailer, type Notifier, type notifierLimits, smtpMailer, startNotifier } from './index.ts';
import { holdDue } from './outbox.ts';
import { startTestMailbox, type TestMailbox } from './testing.ts';

let parts: TestParts;
let logged = '';
const notifiers: Notifier[] = [];
const mailboxes: TestMailbox[] = [];

beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
});
afterEach(async () => {
  // A mail server ends when its clients are gone.
  for (const one of [...notifiers.splice(0), ...mailboxes.splice(0)]) await one.stop();
  await parts.db.deleteFrom('notification_event').execute();
});
afterAll(() => parts.stop());

function keep(line: string): void {
  logged += line;
}

/** Everything is quick, so that what is to be tried again is tried while the test looks. */
const quick = { retryMinMs: 20, retryMaxMs: 20, pollMs: 20 };

function notify(mailer: string | Mailer, limits: Partial<typeof notifierLimits> = {}): Notifier {
  const logger = pino({ level: 'debug' }, { write: keep });
  const notifier = startNotifier({
    ...parts,
    mailer: typeof mailer === 'string' ? smtpMailer(mailer, 'Latchwork <noreply@localhost>') : mailer,
    logger,
    limits: { ...quick, ...limits },
  });
  notifiers.push(notifier);
  return notifier;
}

async function mailbox(...args: Parameters<typeof startTestMailbox>): Promise<TestMailbox> {
  const box = await startTestMailbox(...args);
  mailboxes.push(box);
  return box;
}

async function book(email: string): Promise<{ view: BookingView; token: string; lockerId: LockerId }> {
  const lockerId = await parts.activeLocker({ slots: ['S'] });
  const where = { lockerId };
  const answer = await makeBooking(parts, { where, size: 'S', email, expiresInHours: 48 });
  if (!answer.ok) throw new Error(answer.reason);
  return { view: answer.booking, token: answer.token, lockerId };
}

/** The locker says that it has the whole plan. */
function confirmPlan(lockerId: LockerId): Promise<void> {
  const nowMs = parts.clock.nowMs();
  return parts.ledger.commit({ lockers: [lockerId] }, (books) => {
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

async function statuses(bookingId: string) {
  const rows = await parts.db
    .selectFrom('notification_event')
    .selectAll()
    .where('booking_id', '=', bookingId)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.kind, row]));
}

async function until<T>(read: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isIt(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const codeOf = ({ view, lockerId }: Awaited<ReturnType<typeof book>>) =>
  deriveCode(parts.ring.codeMakingKey(1), { locker: lockerId, booking: view.bookingId, counter: 0 });

describe('a recipient', () => {
  test('is told of the booking at once, of the code when the locker knows it, of the delivery with it', async () => {
    const box = await mailbox();
    notify(box.url);
    const booked = await book('ann@example.org');
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

    await parts.ledger.commit({ lockers: [booked.lockerId] }, (books) => {
      const book = books.of(booked.lockerId)!;
      const [parcel] = book.packages;
      book.putPackage({ ...parcel!, status: 'DELIVERED', slot: 1, deliveredAt: parts.clock.nowMs() });
      book.notify({
        notificationId: entityId('gb', parts.random.uuidv7(parts.clock.nowMs())),
        kind: 'delivered',
        userId: parcel!.userId!,
        bookingId: booked.view.bookingId,
        createdAt: parts.clock.nowMs(),
        waitsForRev: null,
      });
    });
    const third = await box.find(({ subject }) => subject === 'Your parcel is in Mill Lane');
    expect(third.text).toContain(codeOf(booked));
    await until(
      () => statuses(booked.view.bookingId),
      ({ delivered }) => delivered?.status === 'sent',
    );
    const stored = await parts.pool.query('select n::text as text from notification_event n');
    expect(JSON.stringify(stored.rows)).not.toContain(codeOf(booked));
    expect(logged).toContain('a message was sent');
    expect(logged).not.toContain(codeOf(booked));
    expect(logged).not.toContain('ann@example.org');
  });

  test('of a cancelled booking gets no code', async () => {
    const box = await mailbox();
    const booked = await book('bob@example.org');
    await confirmPlan(booked.lockerId);
    await cancelBooking(parts, booked.view.bookingId, booked.token);
    notify(box.url);
    await box.find(({ subject }) => subject === 'Cancelled: Mill Lane');
    const rows = await until(
      () => statuses(booked.view.bookingId),
      ({ codeReady, cancelled }) => codeReady?.status !== 'pending' && cancelled?.status === 'sent',
    );
    expect(rows).toMatchObject({
      booked: { status: 'superseded' },
      codeReady: { status: 'superseded' },
      cancelled: { status: 'sent' },
    });
    expect(box.mails).toHaveLength(1);
  });

  test('is told neither of an end nor of a deposit that later facts overtook', async () => {
    const { view, lockerId } = await book('olga@example.org');
    const nowMs = parts.clock.nowMs();
    const move = (status: 'DELIVERED' | 'PICKED_UP', kinds: NotificationKind[]) =>
      parts.ledger.commit({ lockers: [lockerId], bookings: [view.bookingId] }, (books) => {
        const book = books.of(lockerId)!;
        const parcel = book.package(book.booking(view.bookingId)!.packageId)!;
        book.putPackage({ ...parcel, status, slot: 1, deliveredAt: nowMs });
        for (const kind of kinds)
          book.notify({
            notificationId: entityId('gb', parts.random.uuidv7(nowMs)),
            kind,
            userId: parcel.userId!,
            bookingId: view.bookingId,
            createdAt: nowMs,
            waitsForRev: kind === 'delivered' ? book.plan.rev : null,
          });
      });
    await move('DELIVERED', ['expired', 'delivered']);
    await move('PICKED_UP', ['pickedUp']);
    expect((await statuses(view.bookingId)).delivered?.status).toBe('waiting');
    await confirmPlan(lockerId);
    const box = await mailbox();
    notify(box.url);
    const rows = await until(
      () => statuses(view.bookingId),
      (all) => Object.values(all).every(({ status }) => status === 'sent' || status === 'superseded'),
    );
    expect(rows).toMatchObject({
      expired: { status: 'superseded' },
      delivered: { status: 'superseded' },
      pickedUp: { status: 'sent' },
    });
    expect(box.mails).toHaveLength(1);
  });
});

describe('a mail server', () => {
  test('that is down is tried until it is up, and each mail is then sent once', async () => {
    const gone = await startTestMailbox();
    await gone.stop();
    notify(gone.url);
    const { view } = await book('carol@example.org');
    await until(
      () => statuses(view.bookingId),
      ({ booked }) => (booked?.attempts ?? 0) >= 2 && booked?.last_error !== null,
    );
    const box = await mailbox({}, gone.port);
    await box.find(({ to }) => to === 'carol@example.org');
    const { booked } = await until(
      () => statuses(view.bookingId),
      (rows) => rows.booked?.status === 'sent',
    );
    expect(booked?.last_error).toContain('not reached');
    expect(box.mails).toHaveLength(1);
  });

  test('that answers 4xx is tried again', async () => {
    let refusals = 2;
    const box = await mailbox({
      onRcptTo(_address, _session, done) {
        refusals -= 1;
        if (refusals < 0) done();
        else done(Object.assign(new Error('4.2.2 mailbox full'), { responseCode: 452 }));
      },
    });
    notify(box.url);
    const { view } = await book('dave@example.org');
    await box.find(({ to }) => to === 'dave@example.org');
    const { booked } = await until(
      () => statuses(view.bookingId),
      (rows) => rows.booked?.status === 'sent',
    );
    expect(booked).toMatchObject({ attempts: 3, last_error: 'the mail server answered 452 4.2.2' });
  });

  test('that answers 5xx to the recipient is not asked again, and its words about the person are not kept', async () => {
    const box = await mailbox({
      onRcptTo({ address }, _session, done) {
        done(Object.assign(new Error(`5.1.1 no such user <${address}>`), { responseCode: 550 }));
      },
    });
    notify(box.url);
    const { view } = await book('eve@example.org');
    const { booked } = await until(
      () => statuses(view.bookingId),
      (rows) => rows.booked?.status === 'dead',
    );
    expect(booked).toMatchObject({ attempts: 1, last_error: 'the mail server answered 550 5.1.1' });
    expect(JSON.stringify(booked)).not.toContain('eve@');
    expect(logged).not.toContain('eve@');
  });

  test('that turns every connection away is tried up to the limit, then the mail is given up visibly', async () => {
    const box = await mailbox({
      onConnect(_session, done) {
        done(Object.assign(new Error('go away'), { responseCode: 554 }));
      },
    });
    notify(box.url, { attemptsMax: 3 });
    const { view } = await book('frank@example.org');
    const { booked } = await until(
      () => statuses(view.bookingId),
      (rows) => rows.booked?.status === 'dead',
    );
    expect(booked).toMatchObject({ attempts: 3, last_error: 'the mail server answered 554' });
    expect(booked?.ended_at).not.toBeNull();
  });

  test('that never answers does not hold a mail for ever', async () => {
    const box = await mailbox({ onRcptTo: () => undefined });
    notify(box.url, { sendMs: 50, attemptsMax: 2 });
    const { view } = await book('grace@example.org');
    const { booked } = await until(
      () => statuses(view.bookingId),
      (rows) => rows.booked?.status === 'dead',
    );
    expect(booked?.last_error).toContain('took too long');
  });
});

test('connections that the database breaks delay a message, and no more', async () => {
  const box = await mailbox();
  notify(box.url);
  const { view } = await book('ivan@example.org');
  await box.find(({ to }) => to === 'ivan@example.org');
  const breakAll = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await parts.pool.query(breakAll);
  const second = await until(
    () => book('judy@example.org').catch(() => undefined),
    (booked) => booked !== undefined,
  );
  await box.find(({ to }) => to === 'judy@example.org');
  for (const id of [view.bookingId, second?.view.bookingId ?? ''])
    await until(
      () => statuses(id),
      ({ booked }) => booked?.status === 'sent',
    );
});

describe('a message that a killed process held', () => {
  test('is sent by another, once its time is over', async () => {
    const box = await mailbox();
    const { view } = await book('heidi@example.org');
    const nowMs = parts.clock.nowMs();
    const held = await holdDue(parts.db, { nowMs, untilMs: nowMs + 3_600_000, limit: 10 });
    expect(held.map(({ kind }) => kind)).toEqual(['booked']);
    notify(box.url);
    expect(await holdDue(parts.db, { nowMs, untilMs: nowMs + 1, limit: 10 })).toEqual([]);
    expect(box.mails).toEqual([]);
    parts.clock.skip(3_600_000);
    const mail = await box.find(({ to }) => to === 'heidi@example.org');
    expect(mail.messageId).toBe(`<${held[0]?.notificationId}@latchwork>`);
    await until(
      () => statuses(view.bookingId),
      ({ booked }) => booked?.status === 'sent',
    );
  });

  test('is held by one of two processes at a time', async () => {
    const box = await mailbox();
    notify(box.url);
    notify(box.url);
    const bookings = await Promise.all(Array.from({ length: 8 }, (_, n) => book(`two${n}@example.org`)));
    for (const { view } of bookings)
      await until(
        () => statuses(view.bookingId),
        ({ booked }) => booked?.status === 'sent',
      );
    expect(box.mails.map(({ to }) => to).sort()).toEqual(
      Array.from({ length: 8 }, (_, n) => `two${n}@example.org`),
    );
  });
});
