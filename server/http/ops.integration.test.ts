import type { AddressInfo } from 'node:net';
import { entityId, type LockerId } from '@latchwork/shared';
import type { FastifyInstance } from 'fastify';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestParts, type TestParts } from '../access/testing.ts';
import { makeBooking } from '../booking/index.ts';
import type { LockerBook } from '../ledger/index.ts';
import { testApp } from './testing.ts';

let parts: TestParts;
let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  ({ app } = await testApp(parts));
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  await parts.stop();
});

const get = async (path: string) => (await app.inject(path)).json();
const uuid = () => parts.random.uuidv7(parts.clock.nowMs());
const incarnations = new Map<LockerId, string>();

function change(lockerId: LockerId, decide: (book: LockerBook) => void): Promise<void> {
  return parts.ledger.commit({ lockers: [lockerId] }, (books) => decide(books.of(lockerId)!));
}

/** As the event processor logs them: the cursor goes on with the rows. */
function logEvents(lockerId: LockerId, kinds: string[]): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const incarnation = incarnations.get(lockerId) ?? uuid();
  incarnations.set(lockerId, incarnation);
  return change(lockerId, (book) => {
    const from = book.incarnations[0]?.nextSeq ?? 1;
    for (const [index, kind] of kinds.entries()) {
      const seq = from + index;
      const body = { id: uuid(), seq, at: nowMs, clock: 'good', kind, detail: `the ${seq}.` };
      book.log({
        ...{ incarnation, ordinal: 1, seq, eventId: body.id, kind, slot: 2, at: nowMs, receivedAt: nowMs },
        ...{ line: JSON.stringify(body), hash: 'h', setAside: null },
      });
    }
    const nextSeq = from + kinds.length;
    book.putIncarnation({
      incarnation,
      ordinal: 1,
      nextSeq,
      head: 'h',
      fence: null,
      firstSeenAt: nowMs,
      durableSeq: 0,
      markedSeq: 0,
      markedAt: nowMs,
    });
  });
}

describe('lockers', () => {
  test('are listed with presence, slots and how far their plan is confirmed', async () => {
    const lockerId = await parts.activeLocker();
    const nowMs = parts.clock.nowMs();
    await change(lockerId, (book) => {
      const { serverEpoch, rev } = book.plan;
      book.setPresence({
        ...{ online: true, since: nowMs, lastHeardAt: nowMs, digestsAgree: true, session: null },
        ...{ confirmedEpoch: serverEpoch, confirmedRev: rev },
      });
      book.putSlot({ ...book.slot(1)!, occupancy: 'occupied', door: 'closed' });
      book.putSlot({ ...book.slot(2)!, occupancy: 'unsettled', door: 'open' });
      book.putSlot({ ...book.slot(3)!, faulty: true });
    });
    const { lockers } = await get('/v1/ops/lockers');
    const found = lockers.find((locker: { lockerId: string }) => locker.lockerId === lockerId);
    expect(found).toMatchObject({
      online: true,
      onlineSince: new Date(nowMs).toISOString(),
      slots: { total: 4, free: 1, occupied: 1, unsettled: 1, outOfService: 1 },
      plan: { rev: 5, confirmedRev: 5, digestsAgree: true },
    });
  });

  test('show each slot with its door, its booking and its package, and nobody’s address', async () => {
    const lockerId = await parts.activeLocker();
    const where = { lockerId };
    const answer = await makeBooking(parts, {
      where,
      size: 'M',
      email: 'ann@example.org',
      expiresInHours: 1,
    });
    if (!answer.ok) throw new Error(answer.reason);
    await logEvents(lockerId, ['agent.started']);
    const detail = await get(`/v1/ops/lockers/${lockerId}`);
    expect(detail.slotList.map((slot: { slot: number }) => slot.slot)).toEqual([1, 2, 3, 4]);
    expect(detail.slotList[2]).toMatchObject({
      size: 'M',
      door: 'unknown',
      occupancy: 'empty',
      booking: { bookingId: answer.booking.bookingId },
      package: { trackingId: answer.booking.package.trackingId, status: 'WAITING' },
    });
    expect(detail.cursor).toMatchObject({ ordinal: 1, nextSeq: 2 });
    expect(JSON.stringify(detail)).not.toContain('ann@');
    expect((await app.inject('/v1/ops/lockers/gb-00000000')).statusCode).toBe(404);
  });
});

describe('the event log', () => {
  test('is read page by page, newest first, each row once', async () => {
    const lockerId = await parts.activeLocker();
    const other = await parts.activeLocker();
    await logEvents(lockerId, ['agent.started', 'door.opened', 'door.closed']);
    await logEvents(other, ['agent.started']);
    await logEvents(lockerId, ['board.lost', 'board.back']);
    const seen: number[] = [];
    let path = `/v1/ops/events?locker=${lockerId}&limit=2`;
    for (;;) {
      const page = await get(path);
      seen.push(...page.events.map((event: { seq: number }) => event.seq));
      if (page.next === null) break;
      path = `/v1/ops/events?locker=${lockerId}&limit=2&before=${page.next}`;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
    const [newest] = (await get('/v1/ops/events?limit=1')).events;
    expect(newest).toMatchObject({ lockerId, kind: 'board.back', slot: 2 });
    expect(newest.body).toEqual({ clock: 'good', detail: 'the 5.' });
  });

  test.each(['before=nonsense', 'before=WzEsMiwzLDRd', 'locker=x', 'limit=0', 'limit=201', 'page=2'])(
    'with ?%s is refused',
    async (query) => {
      expect((await app.inject(`/v1/ops/events?${query}`)).statusCode).toBe(400);
    },
  );
});

test('messages are listed by kind and state, without address or code', async () => {
  const lockerId = await parts.activeLocker();
  const where = { lockerId };
  await makeBooking(parts, { where, size: 'S', email: 'list@example.org', expiresInHours: 1 });
  const first = await get('/v1/ops/notifications?limit=1');
  const second = await get(`/v1/ops/notifications?limit=1&before=${first.next}`);
  const rows = [...first.notifications, ...second.notifications];
  expect(rows.map(({ kind, status, attempts }) => ({ kind, status, attempts }))).toEqual([
    { kind: 'codeReady', status: 'waiting', attempts: 0 },
    { kind: 'booked', status: 'due', attempts: 0 },
  ]);
  expect(JSON.stringify(rows)).not.toContain('list@');
});

describe('the live stream', () => {
  /** Messages as they come, by name. */
  async function listen() {
    const abort = new AbortController();
    const response = await fetch(`${url}/v1/ops/live`, { signal: abort.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    let told = '';
    return {
      response,
      close: () => abort.abort(),
      async until(name: string) {
        for (;;) {
          const found = new RegExp(`event: ${name}\ndata: (.*)\n\n`).exec(text);
          if (found) {
            text = text.slice(found.index + found[0].length);
            return JSON.parse(found[1]!);
          }
          const { value, done } = await reader.read();
          if (done) throw new Error('the stream ended');
          text += value;
          told += value;
        }
      },
      /** How often it was told so far. */
      count: (name: string) => told.split(`event: ${name}\n`).length - 1,
    };
  }

  test('tells events once and in order, changed lockers, alarms and messages', async () => {
    const lockerId = await parts.activeLocker();
    await logEvents(lockerId, ['agent.started']);
    const live = await listen();
    expect(live.response.headers.get('content-type')).toBe('text/event-stream');
    expect(live.response.headers.get('content-security-policy')).toContain("default-src 'none'");
    await logEvents(lockerId, ['door.opened', 'door.closed']);
    expect(await live.until('event')).toMatchObject({ lockerId, seq: 2, kind: 'door.opened' });
    expect(await live.until('event')).toMatchObject({ lockerId, seq: 3, kind: 'door.closed' });
    await change(lockerId, (book) => {
      book.putSlot({ ...book.slot(1)!, occupancy: 'occupied' });
      const at = parts.clock.nowMs();
      book.raise({ v: 1, id: uuid(), locker: lockerId, alarm: 'door stuck', at, detail: 'slot 1' });
    });
    expect(await live.until('locker')).toMatchObject({ lockerId, slots: { occupied: 1 } });
    expect(await live.until('alarm')).toMatchObject({ locker: lockerId, alarm: 'door stuck' });
    await change(lockerId, (book) =>
      book.notify({
        ...{ notificationId: entityId('gb', uuid()), kind: 'expired', waitsForRev: null },
        ...{ userId: entityId('gb', uuid()), bookingId: entityId('gb', uuid()), createdAt: 1 },
      }),
    );
    expect(await live.until('notification')).toEqual({});
    await logEvents(lockerId, ['board.lost']);
    expect(await live.until('event')).toMatchObject({ seq: 4 });
    expect([live.count('event'), live.count('alarm')]).toEqual([3, 1]);
    live.close();
  });

  test('is refused beyond its readers, and ends when the server does', async () => {
    const second = await testApp(parts);
    await second.app.listen({ host: '127.0.0.1', port: 0 });
    const address = `http://127.0.0.1:${(second.app.server.address() as AddressInfo).port}/v1/ops/live`;
    const asked = await Promise.all(Array.from({ length: 60 }, () => fetch(address)));
    const readers = asked.filter(({ status }) => status === 200);
    expect(readers).toHaveLength(50);
    expect(asked.filter(({ status }) => status === 503)).toHaveLength(10);
    // One that leaves makes room.
    await readers.pop()!.body!.cancel();
    let next = await fetch(address);
    while (next.status !== 200) next = await fetch(address);
    await second.app.close();
    for (const reader of [...readers, next]) await reader.text();
  });

  test('is not for HEAD, and nobody who fails to get in holds a place', async () => {
    expect((await fetch(`${url}/v1/ops/live`, { method: 'HEAD' })).status).toBe(404);
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1 });
    const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) });
    const away = await testApp(parts, { db: db as never });
    for (let n = 0; n <= 50; n += 1)
      expect((await away.app.inject('/v1/ops/live')).json().type).toBe('urn:latchwork:problem:database-away');
    await away.app.close();
    await db.destroy();
  });
});

test('a database out of reach is said so, and nothing of it told', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: 1, password: 'pool-secret' });
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool }) });
  const away = await testApp(parts, { db: db as never });
  for (const path of ['/v1/ops/lockers', '/v1/ops/events', '/v1/lockers/gb-00000000', '/v1/ops/live']) {
    const answer = await away.app.inject(path);
    expect([answer.statusCode, answer.json().type]).toEqual([503, 'urn:latchwork:problem:database-away']);
    expect(answer.headers['retry-after']).toBe('2');
  }
  const health = await away.app.inject('/v1/health');
  expect([health.statusCode, health.json().database]).toEqual([503, 'down']);
  expect(away.log()).not.toContain('pool-secret');
  await away.app.close();
  await db.destroy();
});
