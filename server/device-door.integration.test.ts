import { X509Certificate } from 'node:crypto';
import { request as requestHttps } from 'node:https';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { enrol, goodCertificates, revokeLocker } from './access/index.ts';
import {
  certificateRequest,
  certifiedKey,
  selfSignedKey,
  startTestParts,
  type TestParts,
} from './access/testing.ts';
import { type DeviceDoor, openDeviceDoor } from './device-door.ts';

const dayMs = 24 * 60 * 60_000;

let parts: TestParts;
let door: DeviceDoor;
beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  const own = await parts.authority.certifyServer(['127.0.0.1']);
  door = await openDeviceDoor(
    { port: 0, host: undefined, own },
    { ...parts, logger: pino({ enabled: false }) },
  );
});
afterAll(async () => {
  await door.stop();
  await parts.stop();
});

interface Unit {
  lockerId: string;
  key: string;
  request: string;
  certificate: string;
}

/** Whose certificate was signed so many days ago. */
async function unitOf(ageDays: number): Promise<Unit> {
  const { lockerId, claim } = await parts.addLocker();
  const { db, ring, authority, random } = parts;
  const { key, request } = await certificateRequest();
  const nowMs = parts.clock.nowMs();
  const answer = await enrol(db, ring, { claim, nowMs, random });
  if (!answer.ok) throw new Error(answer.reason);
  const signedMs = nowMs - ageDays * dayMs;
  const issued = await certifiedKey(authority, lockerId, signedMs, { key, request });
  const device = await db
    .selectFrom('device')
    .select(['device_id', 'locker_id', 'country'])
    .where('locker_id', '=', lockerId)
    .executeTakeFirstOrThrow();
  const times = { issued_at: new Date(signedMs), expires_at: new Date(issued.expiresAt) };
  await db
    .insertInto('device_certificate')
    .values({ serial: issued.serial, ...device, ...times })
    .execute();
  return { lockerId, key, request, certificate: issued.certificate };
}

function ask(
  { key, certificate, request }: Partial<Unit>,
  body: string = JSON.stringify({ request }),
): Promise<{ status: number; certificate: string }> {
  const pair = key === undefined || certificate === undefined ? {} : { key, cert: certificate };
  return new Promise((resolve, reject) => {
    const asked = requestHttps(door.url, {
      method: 'POST',
      ca: parts.authority.certificate,
      agent: false,
      ...pair,
    });
    asked.on('error', reject);
    asked.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({
        status: response.statusCode ?? 0,
        certificate: text === '' ? '' : JSON.parse(text).certificate,
      });
    });
    asked.end(body);
  });
}
const serialOf = (certificate: string) => new X509Certificate(certificate).serialNumber.toLowerCase();

test('a certificate in its last third is renewed for the same key, and the one before counts until it expires', async () => {
  const unit = await unitOf(300);
  const { status, certificate } = await ask(unit);
  expect(status).toBe(200);
  const next = new X509Certificate(certificate);
  const before = new X509Certificate(unit.certificate);
  expect(next.subject).toBe(`CN=${unit.lockerId}`);
  expect(next.publicKey.equals(before.publicKey)).toBe(true);
  expect(Date.parse(next.validTo) - Date.parse(before.validTo)).toBeGreaterThan(299 * dayMs);
  const serials = [serialOf(unit.certificate), serialOf(certificate)];
  const good = await goodCertificates(parts.db, serials, parts.clock.nowMs());
  expect([...good.keys()].sort()).toEqual(serials.sort());
  // And what was renewed is not due.
  expect((await ask({ ...unit, certificate })).status).toBe(204);
});

test('one that is young is not due, and a locker that asks again at once waits', async () => {
  expect((await ask(await unitOf(10))).status).toBe(204);
  const unit = await unitOf(300);
  const answers = await Promise.all([ask(unit), ask(unit), ask(unit)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429]);
});

test('one that expired within a year is renewed, and later is not', async () => {
  expect((await ask(await unitOf(400))).status).toBe(200);
  expect((await ask(await unitOf(365 + 366))).status).toBe(403);
});

test('one that is revoked, unknown, or signed by its own key is not renewed, expired or not', async () => {
  const revoked = await unitOf(300);
  await revokeLocker(parts.db, revoked.lockerId, parts.clock.nowMs());
  expect((await ask(revoked)).status).toBe(403);
  const { lockerId, certificate, request } = await unitOf(400);
  const unknown = await certifiedKey(parts.authority, lockerId, parts.clock.nowMs() - 300 * dayMs);
  expect((await ask({ ...unknown, request })).status).toBe(403);
  for (const notAfterMs of [undefined, parts.clock.nowMs() - dayMs]) {
    const forged = await selfSignedKey(lockerId, serialOf(certificate), notAfterMs);
    expect((await ask({ ...forged, request })).status).toBe(403);
  }
});

test('neither another key nor what is no request is signed, and nobody comes without a certificate', async () => {
  const unit = await unitOf(300);
  const { request } = await certificateRequest();
  expect((await ask({ ...unit, request })).status).toBe(400);
  expect((await ask({ ...unit, request: 'nonsense' })).status).toBe(400);
  expect((await ask(unit, '{')).status).toBe(400);
  expect((await ask({ request })).status).toBe(401);
  expect((await ask(unit)).status).toBe(200);
});
