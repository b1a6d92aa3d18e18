import { topicFor } from '@latchwork/shared';
import type { MqttClient } from 'mqtt';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { EmbeddedBroker } from '../broker/index.ts';
import { closed, startTestBroker } from '../broker/testing.ts';
import type { Tables } from '../database/index.ts';
import { breakOthers, createTestDatabase, type TestDatabase } from '../database/testing.ts';
import {
  connectLocker,
  repeating,
  type ScriptedLocker,
  startTestProcessor,
  type TestProcessor,
} from './testing.ts';

let database: TestDatabase<Tables>;
let broker: EmbeddedBroker;
let server: TestProcessor;
let locker: ScriptedLocker;
const clients: MqttClient[] = [];
let commitsFailed = 0;
const logger = Object.assign(pino({ enabled: false }), {
  warn(_facts: unknown, message: string) {
    if (message.includes('cannot be committed now')) commitsFailed += 1;
  },
});

beforeAll(async () => {
  database = await createTestDatabase<Tables>(inject('postgres'));
  broker = await startTestBroker();
});
afterAll(async () => {
  await broker.stop();
  await database.drop();
});
beforeEach(async () => {
  server = await startTestProcessor({ database, broker, logger });
  locker = await newLocker();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await server.stop();
});

async function newLocker(url = broker.tcpUrl): Promise<ScriptedLocker> {
  const connected = await connectLocker(database, url);
  clients.push(connected.client);
  return connected.locker;
}

const rowsOf = (id = locker.id) =>
  database.db.selectFrom('locker_event_log').selectAll().where('locker_id', '=', id).orderBy('seq').execute();

test('hello, want, events, want, plan, beat: one locker’s talk with the server', async () => {
  await locker.greet();
  locker.note({ kind: 'agent.started', version: 'test' });
  locker.note({ kind: 'door.opened', slot: 2, atStart: true });
  locker.events();
  expect(await locker.receiveWant()).toMatchObject({ ordinal: 1, from: 3, headBefore: locker.headBefore(3) });
  expect(await rowsOf()).toMatchObject([
    { seq: 1, kind: 'agent.started', line: locker.lines[0], hash: locker.headBefore(2) },
    { seq: 2, kind: 'door.opened', slot_number: 2, set_aside: null },
  ]);
  locker.beat();
  const presence = database.db.selectFrom('presence').selectAll().where('locker_id', '=', locker.id);
  await expect
    .poll(() => presence.executeTakeFirst())
    .toMatchObject({ online: true, confirmed_rev: 5, digests_agree: true });
});

describe('bad input, by TCP and by WebSocket', () => {
  test.each(['tcpUrl', 'wsUrl'] as const)(
    'has no effect and no answer; what is good goes on (%s)',
    async (url) => {
      const bad = await newLocker(broker[url]);
      await bad.greet();
      bad.note({ kind: 'door.opened', slot: 1, atStart: false });
      const client = clients.at(-1);
      const topic = topicFor(bad.id, 'up/events');
      const good = bad.events();
      await bad.receiveWant();
      client?.publish(topic, Buffer.from(good.map((byte, index) => (index === 20 ? byte ^ 1 : byte))), {
        qos: 1,
      });
      client?.publish(topicFor(bad.id, 'up/beat'), Buffer.from(good), { qos: 1 });
      client?.publish(topic, Buffer.from([0xff, 0xfe, 0x0a, 0x41]), { qos: 1 });
      client?.publish(topic, Buffer.alloc(40_000, 0x41), { qos: 1 });
      client?.publish(topic, Buffer.concat([Buffer.from(good), Buffer.from('\n')]), { qos: 1 });
      bad.note({ kind: 'moon.landed' });
      bad.note({ kind: 'door.closed', slot: 1 });
      bad.events(3, 4);
      expect(await bad.receiveWant()).toMatchObject({ from: 2 });
      bad.events(1, 2);
      expect(await bad.receiveWant()).toMatchObject({ from: 2 });
      bad.events(2, 4);
      expect(await bad.receiveWant()).toMatchObject({ from: 4 });
      expect((await rowsOf(bad.id)).map(({ set_aside }) => set_aside)).toEqual([
        null,
        expect.stringMatching('moon'),
        null,
      ]);
    },
  );

  test('another locker’s topic, or an oversize packet, ends the connection and nothing else', async () => {
    await locker.greet();
    const other = await newLocker();
    const client = clients.at(-1);
    const ended = client && closed(client);
    client?.publish(topicFor(locker.id, 'up/hello'), Buffer.from(other.hello()), { qos: 1 });
    await ended;
    const oversize = await newLocker();
    const second = clients.at(-1);
    const alsoEnded = second && closed(second);
    second?.publish(topicFor(oversize.id, 'up/events'), Buffer.alloc(65 * 1024), { qos: 1 });
    await alsoEnded;
    locker.note({ kind: 'door.forced', slot: 1 });
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 2 });
  });
});

test('a new server process goes on in the same session', async () => {
  await locker.greet();
  locker.note({ kind: 'door.opened', slot: 1, atStart: false });
  locker.events();
  await locker.receiveWant();
  await server.stop();
  server = await startTestProcessor({ database, broker, logger });
  locker.note({ kind: 'door.closed', slot: 1 });
  locker.events(2, 3);
  expect(await locker.receiveWant()).toMatchObject({ from: 3, serverNonce: locker.serverNonce });
});

test('connections to the database cut again and again: nothing acknowledged is lost, nothing counts twice', async () => {
  const lockers = [locker, await newLocker(), await newLocker()];
  await Promise.all(lockers.map((one) => one.greet()));
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  commitsFailed = 0;
  const talking = Promise.all(lockers.map(talk));
  let talks = true;
  const ended = talking.finally(() => {
    talks = false;
  });
  while (talks) {
    if (commitsFailed < 3) await admin.query(breakOthers);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await ended;
  await admin.end();
  for (const one of lockers) {
    expect((await rowsOf(one.id)).map(({ line }) => line)).toEqual(one.lines);
    const alarms = await database.db
      .selectFrom('alarm')
      .selectAll()
      .where('locker_id', '=', one.id)
      .execute();
    expect(alarms).toHaveLength(one.lines.length);
  }
});

/** Writes and sends facts until some commits have failed. */
async function talk(who: ScriptedLocker): Promise<void> {
  const batch = 40;
  for (let rounds = 0; commitsFailed < 3 && rounds < 500; rounds += 1) {
    for (let n = 0; n < batch; n += 1) who.note({ kind: 'problem.reported', problem: 'slot dirty', slot: 1 });
    for (let from = who.next - batch; from < who.next; ) {
      const first = from;
      const want = await repeating(
        () => who.events(first, who.next),
        () => who.receiveWant(),
      );
      expect(want.headBefore).toBe(who.headBefore(want.from));
      expect(want.from).toBeGreaterThanOrEqual(first);
      from = want.from;
    }
  }
  expect(commitsFailed).toBeGreaterThanOrEqual(3);
}
