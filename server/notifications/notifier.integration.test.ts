import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { breakOthers } from '../database/testing.ts';
import { notifierLimits } from './index.ts';
import { type Booked, NotifierBench } from './notifier-bench.ts';
import { holdDue } from './outbox.ts';
import { startTestMailbox } from './testing.ts';

let bench: NotifierBench;

beforeAll(async () => {
  bench = await NotifierBench.start(inject('postgres'));
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('a mail server', () => {
  test('that is down is tried until it is up, and each mail is then sent once', async () => {
    const gone = await startTestMailbox();
    await gone.stop();
    bench.notify(gone.url);
    const { view } = await bench.book('carol@example.org');
    await bench.until(
      view.bookingId,
      ({ booked }) => (booked?.attempts ?? 0) >= 2 && booked?.last_error !== null,
    );
    const box = await bench.mailbox({}, gone.port);
    await box.find(({ to }) => to === 'carol@example.org');
    const { booked } = await bench.until(view.bookingId, (rows) => rows.booked?.status === 'sent');
    expect(booked?.last_error).toContain('not reached');
    expect(box.mails).toHaveLength(1);
  });

  test('that answers 4xx is tried again', async () => {
    let refusals = 2;
    const box = await bench.mailbox({
      onRcptTo(_address, _session, done) {
        refusals -= 1;
        if (refusals < 0) done();
        else done(Object.assign(new Error('4.2.2 mailbox full'), { responseCode: 452 }));
      },
    });
    bench.notify(box.url);
    const { view } = await bench.book('dave@example.org');
    await box.find(({ to }) => to === 'dave@example.org');
    const { booked } = await bench.until(view.bookingId, (rows) => rows.booked?.status === 'sent');
    expect(booked).toMatchObject({ attempts: 3, last_error: 'the mail server answered 452 4.2.2' });
  });

  test('that answers 5xx to the recipient is not asked again, and its words about the person are not kept', async () => {
    const box = await bench.mailbox({
      onRcptTo({ address }, _session, done) {
        done(Object.assign(new Error(`5.1.1 no such user <${address}>`), { responseCode: 550 }));
      },
    });
    bench.notify(box.url);
    const { view } = await bench.book('eve@example.org');
    const { booked } = await bench.until(view.bookingId, (rows) => rows.booked?.status === 'dead');
    expect(booked).toMatchObject({ attempts: 1, last_error: 'the mail server answered 550 5.1.1' });
    expect(JSON.stringify(booked)).not.toContain('eve@');
    expect(bench.logged).not.toContain('eve@');
  });

  test('that turns every connection away is tried up to the limit, then the mail is given up visibly', async () => {
    const box = await bench.mailbox({
      onConnect(_session, done) {
        done(Object.assign(new Error('go away'), { responseCode: 554 }));
      },
    });
    bench.notify(box.url, { attemptsMax: 3 });
    const { view } = await bench.book('frank@example.org');
    const { booked } = await bench.until(view.bookingId, (rows) => rows.booked?.status === 'dead');
    expect(booked).toMatchObject({ attempts: 3, last_error: 'the mail server answered 554' });
    expect(booked?.ended_at).not.toBeNull();
  });

  test('that never answers does not hold a mail for ever', async () => {
    const box = await bench.mailbox({ onRcptTo: () => undefined });
    bench.notify(box.url, { sendMs: 50, attemptsMax: 2 });
    const { view } = await bench.book('grace@example.org');
    const { booked } = await bench.until(view.bookingId, (rows) => rows.booked?.status === 'dead');
    expect(booked?.last_error).toContain('took too long');
  });
});

test('connections that the database breaks delay a message, and no more', async () => {
  const box = await bench.mailbox();
  bench.notify(box.url);
  const { view } = await bench.book('ivan@example.org');
  await box.find(({ to }) => to === 'ivan@example.org');
  await bench.parts.pool.query(breakOthers);
  // What was held just then is held for so long.
  bench.parts.clock.skip(notifierLimits.heldMs);
  let second: Booked | undefined;
  while (second === undefined) second = await bench.book('judy@example.org').catch(() => undefined);
  await box.find(({ to }) => to === 'judy@example.org');
  for (const id of [view.bookingId, second.view.bookingId])
    await bench.until(id, ({ booked }) => booked?.status === 'sent');
});

describe('a message that a killed process held', () => {
  test('is sent by another, once its time is over', async () => {
    const box = await bench.mailbox();
    const { view } = await bench.book('heidi@example.org');
    const nowMs = bench.parts.clock.nowMs();
    const held = await holdDue(bench.parts.db, { nowMs, untilMs: nowMs + 3_600_000, limit: 10 });
    expect(held.map(({ kind }) => kind)).toEqual(['booked']);
    bench.notify(box.url);
    expect(await holdDue(bench.parts.db, { nowMs, untilMs: nowMs + 1, limit: 10 })).toEqual([]);
    expect(box.mails).toEqual([]);
    bench.parts.clock.skip(3_600_000);
    const mail = await box.find(({ to }) => to === 'heidi@example.org');
    expect(mail.messageId).toBe(`<${held[0]?.notificationId}@latchwork>`);
    await bench.until(view.bookingId, ({ booked }) => booked?.status === 'sent');
  });

  test('is held by one of two processes at a time', async () => {
    const box = await bench.mailbox();
    bench.notify(box.url);
    bench.notify(box.url);
    const bookings = await Promise.all(
      Array.from({ length: 8 }, (_, n) => bench.book(`two${n}@example.org`)),
    );
    for (const { view } of bookings)
      await bench.until(view.bookingId, ({ booked }) => booked?.status === 'sent');
    expect(box.mails.map(({ to }) => to).sort()).toEqual(
      Array.from({ length: 8 }, (_, n) => `two${n}@example.org`),
    );
  });
});
