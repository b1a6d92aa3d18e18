import { EnrolAnswer, entityId } from '@latchwork/shared';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestParts, type TestParts } from '../access/testing.ts';
import { testApp } from './testing.ts';

let parts: TestParts;
let app: FastifyInstance;
let log: () => string;

beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  ({ app, log } = await testApp(parts));
});
afterAll(async () => {
  await app.close();
  await parts.stop();
});

const get = (url: string, more: InjectOptions = {}) => app.inject({ url, ...more });
const post = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

interface Answer {
  statusCode: number;
  headers: Record<string, unknown>;
  json(): { type?: string };
}
function expectProblem(answer: Answer, status: number, reason: string): void {
  expect([answer.statusCode, answer.json().type]).toEqual([status, `urn:latchwork:problem:${reason}`]);
  expect(answer.headers['content-type']).toBe('application/problem+json');
}

async function booked(change: object = {}) {
  const lockerId = await parts.activeLocker();
  const answer = await post('/v1/bookings', { lockerId, size: 'S', email: 'ann@example.org', ...change });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

describe('booking', () => {
  test('answers with the booking and, this once, its token', async () => {
    const made = await booked({ trackingId: ' ab 1234 '.trim() });
    expect(made).toMatchObject({
      status: 'active',
      slot: 1,
      package: { trackingId: 'AB1234', status: 'WAITING' },
      locker: { name: 'Mill Lane', pincode: 'CB2 1RX', timeZone: 'Europe/London' },
    });
    const read = await get(`/v1/bookings/${made.bookingId}`, bearer(made.token));
    const { token, ...booking } = made;
    expect(read.json()).toEqual(booking);
    expect(JSON.stringify(read.json())).not.toContain(token);
  });

  test('is repeated by its Idempotency-Key, and a reused key is refused', async () => {
    const lockerId = await parts.activeLocker();
    const body = { lockerId, size: 'M', email: 'ida@example.org' };
    const first = await post('/v1/bookings', body, { 'idempotency-key': 'abc' });
    const again = await post('/v1/bookings', body, { 'idempotency-key': 'abc' });
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    expectProblem(
      await post('/v1/bookings', { ...body, size: 'L' }, { 'idempotency-key': 'abc' }),
      422,
      'idempotency-key-reused',
    );
    expectProblem(await post('/v1/bookings', body, { 'idempotency-key': 'a b' }), 400, 'invalid-request');
  });

  test('of a full locker is refused', async () => {
    const lockerId = await parts.activeLocker({ slots: ['S'] });
    const body = { lockerId, size: 'S', email: 'ann@example.org' };
    await post('/v1/bookings', body);
    expectProblem(await post('/v1/bookings', body), 409, 'no-free-slot');
    expectProblem(await post('/v1/bookings', { ...body, lockerId: 'gb-00000000' }), 404, 'unknown-locker');
  });

  test.each([
    ['no place', { lockerId: undefined }],
    ['two places', { lat: 1, long: 2 }],
    ['half a place', { lockerId: undefined, lat: 1 }],
    ['a latitude beyond the pole', { lockerId: undefined, lat: 90.1, long: 0 }],
    ['a longitude that is a text', { lockerId: undefined, lat: 1, long: '2' }],
    ['an unknown size', { size: 'XL' }],
    ['no address', { email: undefined }],
    ['an address that is two', { email: 'a@example.org, b@example.org' }],
    ['an address with a line break', { email: 'a@example.org\r\nBcc: b@example.org' }],
    ['an unknown field', { discount: 1 }],
    ['a tracking id with control characters', { trackingId: 'AB\u00001234' }],
    ['a tracking id that is too long', { trackingId: 'A'.repeat(65) }],
    ['a tracking id of blanks', { trackingId: 'A       ' }],
    ['a time that is over', { expiresInHours: 0 }],
    ['a time without end', { expiresInHours: 1e9 }],
    ['a locker id that is none', { lockerId: "gb-' or 1=1" }],
  ])('with %s is refused and names what is wrong', async (_name, change) => {
    const body = { lockerId: 'gb-00000000', size: 'S', email: 'ann@example.org', ...change };
    const answer = await post('/v1/bookings', body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.json().errors ?? answer.json().detail).toBeTruthy();
  });

  test('with an unknown pincode is refused', async () => {
    const body = { pincode: 'ZZ99 9ZZ', size: 'S', email: 'ann@example.org' };
    expectProblem(await post('/v1/bookings', body), 404, 'unknown-pincode');
  });
});

describe('a booking’s owner', () => {
  test('is whoever has the token: any other is told that there is no such booking', async () => {
    const mine = await booked();
    const other = await booked({ email: 'eve@example.org' });
    const url = `/v1/bookings/${mine.bookingId}`;
    const unknown = `/v1/bookings/${entityId('gb', parts.random.uuidv7(parts.clock.nowMs()))}`;
    for (const method of ['GET', 'DELETE'] as const) {
      const wrong = await app.inject({ method, url, ...bearer(other.token) });
      expectProblem(wrong, 404, 'unknown-booking');
      const { instance: _one, ...strangers } = wrong.json();
      const { instance: _other, ...missing } = (
        await app.inject({ method, url: unknown, ...bearer(mine.token) })
      ).json();
      expect(strangers).toEqual(missing);
      expectProblem(await app.inject({ method, url }), 401, 'token-missing');
      expectProblem(await app.inject({ method, url, ...bearer('x') }), 404, 'unknown-booking');
    }
    expect((await get(url, bearer(mine.token))).json().status).toBe('active');
  });

  test('may cancel it', async () => {
    const mine = await booked();
    const url = `/v1/bookings/${mine.bookingId}`;
    const answer = await app.inject({ method: 'DELETE', url, ...bearer(mine.token) });
    expect([answer.statusCode, answer.json().status]).toEqual([200, 'cancelled']);
  });
});

describe('searching', () => {
  test('finds lockers by place and by pincode, and shows their room', async () => {
    const where = { lat: 40, long: -3, country: 'es', pincode: '28001' };
    const lockerId = await parts.activeLocker({ ...where, slots: ['S', 'L'] });
    const near = await get('/v1/lockers/search?lat=40.1&long=-3&limit=1');
    expect(near.json().lockers).toEqual([
      expect.objectContaining({ lockerId, distanceKm: expect.closeTo(11.119, 2) }),
    ]);
    const byPincode = await get('/v1/lockers/search?pincode=28001&size=L');
    expect(byPincode.json().lockers[0]).toMatchObject({ lockerId, free: { S: 1, M: 0, L: 1 } });
    const one = (await get(`/v1/lockers/${lockerId}`)).json();
    expect(one).toMatchObject({ lockerId, distanceKm: null, fitting: { S: 2, M: 1, L: 1 } });
    const room = (await get(`/v1/lockers/${lockerId}/availability`)).json();
    expect(room).toMatchObject({ lockerId, free: one.free, fitting: one.fitting });
  });

  test.each([
    ['lat=91&long=0', 400, 'invalid-request'],
    ['lat=NaN&long=0', 400, 'invalid-request'],
    ['lat=1e1&long=0', 400, 'invalid-request'],
    ['lat=1', 400, 'invalid-request'],
    ['lat=1&long=1&pincode=CB21RX', 400, 'invalid-request'],
    ['lat=1&lat=2&long=1', 400, 'invalid-request'],
    ['', 400, 'invalid-request'],
    ['pincode=ZZ999ZZ', 404, 'unknown-pincode'],
    ['pincode=%00', 400, 'invalid-request'],
    [`pincode=${'1'.repeat(40)}`, 400, 'invalid-request'],
    ['lat=1&long=1&limit=1000', 400, 'invalid-request'],
    ['lat=1&long=1&colour=red', 400, 'invalid-request'],
  ])('for ?%s is refused', async (query, status, reason) => {
    expectProblem(await get(`/v1/lockers/search?${query}`), status, reason);
  });

  test('an unknown locker is unknown, and what is no id is refused', async () => {
    expectProblem(await get('/v1/lockers/gb-00000000'), 404, 'unknown-locker');
    expectProblem(await get('/v1/lockers/gb-00000000/availability'), 404, 'unknown-locker');
    expectProblem(await get('/v1/lockers/nonsense'), 400, 'invalid-request');
    expectProblem(await get('/v1/lockers/gb-00000000/nothing'), 404, 'not-found');
  });
});

describe('enrolling', () => {
  test('gives what a locker needs, once', async () => {
    const { lockerId, claim } = await parts.addLocker();
    const answer = await post('/v1/enrol', { claim });
    expect(EnrolAnswer.parse(answer.json())).toEqual({
      lockerId,
      lockerKey: Buffer.from(parts.ring.lockerKey(1, lockerId)).toString('base64url'),
      broker: { mqtt: 'mqtt://127.0.0.1:1883', ws: 'ws://127.0.0.1:8083/mqtt' },
      serverVersion: '1.2.3',
    });
    expectProblem(await post('/v1/enrol', { claim }), 409, 'claim-used');
    expectProblem(await post('/v1/enrol', { claim: 'nonsense' }), 404, 'claim-unknown');
    expect(log()).not.toContain(claim);
    expect(log()).not.toContain(answer.json().lockerKey);
  });

  test('is let through only so often', async () => {
    const tries = await Promise.all(
      Array.from({ length: 70 }, () => post('/v1/enrol', { claim: 'nonsense' })),
    );
    const last = tries.at(-1)!;
    expectProblem(last, 429, 'too-many-requests');
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    parts.clock.skip(60_000);
    expectProblem(await post('/v1/enrol', { claim: 'nonsense' }), 404, 'claim-unknown');
  });
});

describe('a request', () => {
  test('that is too large, no JSON, or of another kind is refused', async () => {
    expectProblem(await post('/v1/enrol', { claim: 'x'.repeat(20_000) }), 413, 'body-too-large');
    expectProblem(await post('/v1/enrol', '{'), 400, 'invalid-request');
    expectProblem(await post('/v1/enrol', ''), 400, 'invalid-request');
    expectProblem(await post('/v1/enrol', '{"__proto__":{"claim":"x"}}'), 400, 'invalid-request');
    expectProblem(
      await post('/v1/enrol', 'claim=x', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported-media-type',
    );
    expectProblem(
      await post('/v1/enrol', '{"claim":"x"}', { 'content-type': 'text/plain' }),
      415,
      'unsupported-media-type',
    );
  });

  test('under another name than this machine’s is refused', async () => {
    const at = (host: string) => get('/v1/health', { headers: { host } });
    expectProblem(await at('evil.example'), 421, 'host-not-allowed');
    expectProblem(await at('127.0.0.1.evil.example:80'), 421, 'host-not-allowed');
    for (const host of ['localhost:8080', '127.0.0.1', '[::1]:80'])
      expect((await at(host)).statusCode).toBe(200);
  });

  test('that another site would have a browser write is refused', async () => {
    const body = { claim: 'nonsense' };
    const host = 'localhost:8080';
    const write = (headers: Record<string, string>) => post('/v1/enrol', body, { host, ...headers });
    expectProblem(await write({ origin: 'https://evil.example' }), 403, 'origin-not-allowed');
    expectProblem(await write({ origin: 'http://localhost:9090' }), 403, 'origin-not-allowed');
    expectProblem(await write({ origin: 'null' }), 403, 'origin-not-allowed');
    expectProblem(await write({ 'sec-fetch-site': 'cross-site' }), 403, 'origin-not-allowed');
    expectProblem(await write({ origin: 'http://localhost:8080' }), 404, 'claim-unknown');
  });

  test('is answered under a strict policy, with an id', async () => {
    const answer = await get('/v1/health');
    expect(answer.json()).toEqual({ status: 'ok', version: '1.2.3', database: 'up' });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('links and missing pages', async () => {
  expect((await get('/v1/links')).json()).toEqual({
    links: [{ name: 'Mailbox', url: 'http://127.0.0.1:8025/' }],
  });
  expectProblem(await get('/'), 503, 'pages-not-built');
});

test('the description names every route, from the schemas that validate', async () => {
  const document = (await get('/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/v1/bookings',
    '/v1/bookings/{id}',
    '/v1/enrol',
    '/v1/health',
    '/v1/links',
    '/v1/lockers/search',
    '/v1/lockers/{id}',
    '/v1/lockers/{id}/availability',
    '/v1/ops/events',
    '/v1/ops/live',
    '/v1/ops/lockers',
    '/v1/ops/lockers/{id}',
    '/v1/ops/lockers/{id}/doors',
    '/v1/ops/notifications',
  ]);
  expect(Object.keys(document.components.schemas)).toContain('Problem');
  const page = await get('/docs');
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
});
