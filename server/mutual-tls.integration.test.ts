import { X509Certificate } from 'node:crypto';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { deviceCertificateLifetimeMs, enrol, makeClaim } from './access/index.ts';
import {
  certificateRequest,
  certifiedKey,
  otherAuthority,
  selfSignedKey,
  startTestParts,
  type TestParts,
} from './access/testing.ts';
import { RunOptions } from './config.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';

interface Unit {
  lockerId: string;
  key: string;
  cert: string;
}

let parts: TestParts;
let broker: OpenBroker;
let own: Unit;
let neighbour: Unit;
const clients: MqttClient[] = [];
const warnings: string[] = [];
/** What waits for the next look at the open connections' certificates. */
let looks: (() => void)[] = [];

beforeAll(async () => {
  parts = await startTestParts(inject('postgres'));
  const ports = { 'mqtt-port': '0', 'ws-port': '0', 'mqtts-port': '0', 'wss-port': '0' };
  const logger = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
  const clock = { nowMs: parts.clock.nowMs, after };
  broker = await openBroker(RunOptions.parse(ports), parts, { ...parts, clock, logger });
  own = await newUnit();
  neighbour = await newUnit();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
});
afterAll(async () => {
  await broker.stop();
  await parts.stop();
});

/** Timers of five seconds are the looks, and run when a test says so. */
function after(delayMs: number, run: () => void): () => void {
  if (delayMs !== 5_000) return parts.clock.after(delayMs, run);
  looks.push(run);
  return () => {
    looks = looks.filter((other) => other !== run);
  };
}

async function newUnit(): Promise<Unit> {
  return unitWith((await parts.addLocker()).claim);
}

async function unitWith(claim: string): Promise<Unit> {
  const { key, request } = await certificateRequest();
  const { authority, random } = parts;
  const certify = { authority, request };
  const answer = await enrol(parts.db, parts.ring, { claim, certify, nowMs: parts.clock.nowMs(), random });
  if (!answer.ok || !answer.certificate) throw new Error('not enrolled');
  return { lockerId: answer.lockerId, key, cert: answer.certificate };
}

const unitOf = (lockerId: string, { key, certificate }: { key: string; certificate: string }): Unit => ({
  ...{ lockerId, key },
  cert: certificate,
});

type Line = 'mqtts' | 'wss';
const lines = ['mqtts', 'wss'] as const;

/** Resolves once connected and subscribed. */
async function connect(
  line: Line | 'mqtt',
  { lockerId, ...pair }: { lockerId: string; key?: string; cert?: string },
  change: { clientId?: string; username?: string; password?: string } = {},
): Promise<MqttClient> {
  const names = { clientId: lockerId, username: lockerId };
  const client = await mqtt.connectAsync(
    broker.addresses[line] ?? '',
    { ...names, ...pair, ca: parts.authority.certificate, reconnectPeriod: 0, ...change },
    false,
  );
  client.on('error', () => {});
  clients.push(client);
  return client;
}
const refused = (line: Line, ...rest: [Parameters<typeof connect>[1], Parameters<typeof connect>[2]?]) =>
  expect(connect(line, ...rest)).rejects.toThrow();
const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

describe.each(lines)('over %s', (line) => {
  test('a locker with its certificate speaks and hears in its own name, without a password', async () => {
    const client = await connect(line, own);
    const topics = `lw1/gb/${own.lockerId}`;
    await client.subscribeAsync(`${topics}/down/want`, { qos: 1 });
    await client.publishAsync(`${topics}/up/hello`, 'hello', { qos: 1 });
    const ended = closed(client);
    client.publish(`lw1/gb/${neighbour.lockerId}/up/hello`, 'forged', { qos: 1 });
    await ended;
  });

  test('another locker’s certificate opens nothing of this one, whatever the password', async () => {
    const { lockerId } = own;
    await refused(line, { ...neighbour, lockerId });
    await refused(line, neighbour, { clientId: lockerId });
    await refused(line, neighbour, { username: lockerId });
    await refused(line, neighbour, { username: 'server', password: broker.ownPassword });
  });

  test('nobody comes in without a certificate, with the right password or a session resumed', async () => {
    await refused(line, { lockerId: 'server' }, { password: broker.ownPassword });
    await refused(line, { lockerId: own.lockerId });
  });

  test('a certificate that another authority or its own key signed, with the same names, is refused', async () => {
    const { lockerId, cert } = own;
    const stranger = await otherAuthority(parts.clock.nowMs());
    await refused(line, unitOf(lockerId, await certifiedKey(stranger, lockerId, parts.clock.nowMs())));
    const serial = new X509Certificate(cert).serialNumber.toLowerCase();
    await refused(line, unitOf(lockerId, await selfSignedKey(lockerId, serial)));
  });

  test('one that is signed but not known here, and the broker’s own, are refused', async () => {
    const { lockerId } = own;
    await refused(line, unitOf(lockerId, await certifiedKey(parts.authority, lockerId, parts.clock.nowMs())));
    await refused(line, unitOf(lockerId, await parts.authority.certifyServer([lockerId])));
  });

  test('an expired one is refused, by its own date and by the one that is known here', async () => {
    const { lockerId } = own;
    const longAgo = parts.clock.nowMs() - 2 * deviceCertificateLifetimeMs;
    const old = await certifiedKey(parts.authority, lockerId, longAgo);
    await record(old.serial, parts.clock.nowMs() + 60_000);
    await refused(line, unitOf(lockerId, old));
    const now = await certifiedKey(parts.authority, lockerId, parts.clock.nowMs());
    await record(now.serial, parts.clock.nowMs() - 1);
    await refused(line, unitOf(lockerId, now));
  });

  test('a replaced unit is cut off, and refused from then on; others stay', async () => {
    const before = await newUnit();
    const [live, other] = [await connect(line, before), await connect(line, neighbour)];
    const ended = closed(live);
    const moment = { nowMs: parts.clock.nowMs(), random: parts.random };
    const { claim } = await makeClaim(parts.db, before.lockerId, moment);
    const next = await unitWith(claim);
    for (const look of looks.splice(0)) look();
    await ended;
    await refused(line, before);
    await connect(line, next);
    await other.publishAsync(`lw1/gb/${neighbour.lockerId}/up/beat`, 'still here', { qos: 1 });
    expect(warnings.join()).toContain(`"locker":"${before.lockerId}"`);
  });

  test('of two with one certificate the later takes the place of the first', async () => {
    const first = await connect(line, own);
    const ended = closed(first);
    const second = await connect(line, own);
    await ended;
    await second.publishAsync(`lw1/gb/${own.lockerId}/up/beat`, 'x', { qos: 1 });
  });
});

test('a session that never had a certificate proves nothing when it is resumed', async () => {
  const { port } = new URL(broker.addresses.mqtts ?? '');
  const open = (more: object) =>
    connectTls({ port: Number(port), host: '127.0.0.1', ca: parts.authority.certificate, ...more });
  const first = open({});
  const session = await new Promise<Buffer | undefined>((resolve) => {
    first.once('session', resolve);
    first.once('close', () => resolve(undefined));
  });
  await ended(first);
  await ended(open({ session }));
});

function ended(socket: TLSSocket): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
}

/** As if it had been signed for the computer that stands in the locker. */
async function record(serial: string, expiresAt: number): Promise<void> {
  const device = await parts.db
    .selectFrom('device')
    .select(['device_id', 'locker_id', 'country'])
    .where('locker_id', '=', own.lockerId)
    .where('retired_at', 'is', null)
    .executeTakeFirstOrThrow();
  const times = { issued_at: new Date(0), expires_at: new Date(expiresAt) };
  await parts.db
    .insertInto('device_certificate')
    .values({ serial, ...device, ...times })
    .execute();
}

test('what was refused is said, with why', () => {
  for (const why of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'INVALID_PURPOSE'])
    expect(warnings.join()).toContain(`certificate refused: ${why}`);
});
