import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveLockerKeys, EnrolAnswer } from '@latchwork/shared';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { certificateRequest } from './access/testing.ts';
import { type Clock, realClock } from './clock.ts';
import { RunOptions } from './config.ts';
import { createTestDatabase, type TestConnection, type TestDatabase } from './database/testing.ts';
import { startTestMailbox } from './notifications/testing.ts';
import { realRandom } from './random.ts';
import { runServer } from './run-server.ts';
import { newLocker, post, serverProcesses } from './testing.ts';

let database: TestDatabase<object>;
let folder: string;
let data: string;
const { server, endAll } = serverProcesses();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwork-main-'));
});
beforeEach(async () => {
  database = await createTestDatabase(inject('postgres') as TestConnection);
  data = await mkdtemp(join(folder, 'data-'));
  // Else the bundled PostgreSQL, which as root runs as a user of its own, would keep its data elsewhere, and for good.
  for (const passed of [folder, data]) await chmod(passed, 0o711);
});
afterEach(async () => {
  await endAll();
  await database.drop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const where = () => ['--data', data, '--database-url', database.url];
const freePorts = ['--http-port', '0', '--mqtt-port', '0', '--ws-port', '0'];
const certifiedPorts = ['--mqtts-port', '0', '--wss-port', '0', '--device-port', '0'];
const run = (...more: string[]) => server('run', ...where(), ...freePorts, ...more);
const createLocker = (...at: string[]) => server('locker', 'create', ...at, ...newLocker).answer();

test('a server starts, enrols a locker, lets it into the broker, and stops when told', async () => {
  const locker = await createLocker(...where());
  const one = run('--link', 'mailbox=http://127.0.0.1:1/');
  const ready = await one.answer();
  expect(ready).toEqual({
    ready: 'server',
    http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    mqtt: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
    ws: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/mqtt$/),
  });
  const enrolled = await post(`${ready.http}/v1/enrol`, { claim: locker.claim });
  const { lockerId, lockerKey, broker } = EnrolAnswer.parse(enrolled.json);
  expect([lockerId, broker]).toEqual([locker.lockerId, { mqtt: ready.mqtt, ws: ready.ws }]);
  const { brokerPassword } = deriveLockerKeys(new Uint8Array(Buffer.from(lockerKey, 'base64url')));
  const account = { username: lockerId, clientId: lockerId, reconnectPeriod: 0 };
  for (const url of [broker.mqtt ?? '', broker.ws ?? '']) {
    const client = await mqtt.connectAsync(url, { ...account, password: brokerPassword }, false);
    await client.endAsync(true);
    await expect(mqtt.connectAsync(url, { ...account, password: 'wrong' }, false)).rejects.toThrow();
  }
  one.child.kill('SIGTERM');
  expect(await one.exited).toBe(0);
  expect(one.lines).toHaveLength(1);
  expect((await stat(join(data, 'keyring.json'))).mode & 0o777).toBe(0o600);
  expect(one.stderr()).toContain('listens to this machine alone');
  for (const secret of [locker.claim, lockerKey, brokerPassword]) expect(one.stderr()).not.toContain(secret);
});

test('a locker with a certificate is told of the listeners that ask for it, and let in there', async () => {
  const { claim, lockerId } = await createLocker(...where());
  const { http } = await run(...certifiedPorts).answer();
  const { key, request } = await certificateRequest();
  const bad = await post(`${http}/v1/enrol`, { claim, request: 'nonsense' });
  expect([bad.status, bad.json.type]).toEqual([400, 'urn:latchwork:problem:certificate-request-bad']);
  const enrolled = await post(`${http}/v1/enrol`, { claim, request });
  const { broker, certificate: cert, authority: ca, renewal } = EnrolAnswer.parse(enrolled.json);
  expect(renewal).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1\/device\/certificate$/);
  for (const url of [broker.mqtts ?? '', broker.wss ?? '']) {
    const account = { username: lockerId, clientId: lockerId, reconnectPeriod: 0, ca: ca ?? '' };
    const client = await mqtt.connectAsync(url, { ...account, key, cert: cert ?? '' }, false);
    await client.endAsync(true);
    await expect(mqtt.connectAsync(url, account, false)).rejects.toThrow();
  }
  const revoked = await server('locker', 'revoke', ...where(), '--locker', lockerId).answer();
  expect(revoked).toEqual({ lockerId, certificatesRevoked: 1 });
  expect((await stat(join(data, 'authority.json'))).mode & 0o777).toBe(0o600);
});

test('what was booked survives a kill, and its mail goes out after it', async () => {
  const { claim, lockerId } = await createLocker(...where());
  const gone = await startTestMailbox();
  await gone.stop();
  const first = run('--smtp-url', gone.url);
  const { http } = await first.answer();
  await post(`${http}/v1/enrol`, { claim });
  const booking = { lockerId, size: 'S', email: 'ann@example.org' };
  expect((await post(`${http}/v1/bookings`, booking)).status).toBe(201);
  // A mail that is just being sent is held, and for some seconds nobody else would send it.
  const putOff = 'select from notification_event where last_error is not null';
  await expect.poll(async () => (await database.pool.query(putOff)).rowCount).toBe(1);
  first.child.kill('SIGKILL');
  await first.exited;
  const mailbox = await startTestMailbox({}, gone.port);
  const second = run('--smtp-url', mailbox.url);
  await second.answer();
  const mail = await mailbox.find(({ to }) => to === 'ann@example.org');
  expect(mail.subject).toBe('Booked: Mill Lane');
  second.child.kill('SIGINT');
  expect(await second.exited).toBe(0);
  await mailbox.stop();
  expect(second.stderr()).not.toContain('ann@example.org');
});

test('short commands work without a server and beside one, on the bundled PostgreSQL; a second server does not', async () => {
  const at = ['--data', data];
  const locker = await createLocker(...at);
  const one = server('run', ...at, ...freePorts);
  const { http } = await one.answer();
  const courier = await server(
    'courier',
    'add',
    ...at,
    '--name',
    'Sam',
    '--carrier',
    'Post',
    '--country',
    'gb',
  ).answer();
  expect(courier).toEqual({ courierId: expect.stringMatching(/^gb_/), badge: expect.stringMatching(/^LWC/) });
  const again = await server('locker', 'claim', ...at, '--locker', locker.lockerId).answer();
  expect(again.claim).not.toBe(locker.claim);
  const keyFile = join(data, 'ann.json');
  const operator = await server(
    'operator',
    'add',
    ...at,
    '--name',
    'ann',
    '--role',
    'admin',
    '--out',
    keyFile,
  ).answer();
  expect(operator.broker.username).toBe(`operator:${operator.operatorId}`);
  const detail = await fetch(`${http}/v1/ops/lockers/${locker.lockerId}`);
  // Two slots, the policy, and the courier.
  expect(await detail.json()).toMatchObject({ plan: { rev: 4 } });
  const second = server('run', ...at, ...freePorts);
  expect(await second.exited).toBe(1);
  expect(second.stderr()).toContain(`in use by process ${one.child.pid}`);
  one.child.kill('SIGTERM');
  expect(await one.exited).toBe(0);
});

test('a taken port is refused by its option, and nothing is left running', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const refused = async (option: string) => {
    const one = run(option, `${port}`);
    expect(await one.exited).toBe(1);
    expect(one.stderr()).toMatch(new RegExp(`uses port ${port}.*${option}`));
    expect(one.lines).toEqual([]);
  };
  await Promise.all(
    ['--http-port', '--mqtt-port', '--ws-port', '--mqtts-port', '--wss-port', '--device-port'].map(refused),
  );
  other.close();
});

test.each([
  ['a database that is not there', () => ['--database-url', database.url.replace(database.name, 'none')], 1],
  ['an address that is none', () => ['--database-url', 'nonsense'], 2],
  ['an option that is none', () => ['--nonsense'], 2],
])('%s ends the start with words and the right status', async (_name, options, status) => {
  const one = server('run', '--data', data, ...options());
  expect(await one.exited).toBe(status);
  expect(one.stderr()).toMatch(/^server: \S/m);
  expect(one.stderr()).not.toMatch(/^\s+at /m);
});

const machine = (clock: Clock = realClock()) => ({
  logger: pino({ enabled: false }),
  clock,
  random: realRandom(),
});

/** Every wait is over at once. */
function hurriedClock(): Clock {
  const clock = realClock();
  let aheadMs = 0;
  return {
    nowMs: () => clock.nowMs() + aheadMs,
    after(delayMs, go) {
      aheadMs += delayMs;
      return clock.after(0, go);
    },
  };
}

test('a database that stays out of reach ends the start, after a while', async () => {
  const options = RunOptions.parse({ data, 'database-url': 'postgres://127.0.0.1:1/nowhere' });
  await expect(runServer(options, machine(hurriedClock()))).rejects.toMatchObject({
    code: 'databaseUnreachable',
  });
});

test('a data folder that cannot be made or written is refused', async () => {
  const file = join(data, 'file');
  await writeFile(file, '');
  const inFile = RunOptions.parse({ data: join(file, 'data'), 'database-url': database.url });
  await expect(runServer(inFile, machine())).rejects.toMatchObject({ code: 'folder' });
  const readOnly = RunOptions.parse({ data: '/proc/self', 'database-url': database.url });
  await expect(runServer(readOnly, machine())).rejects.toMatchObject({ code: 'keyRingUnwritable' });
});
