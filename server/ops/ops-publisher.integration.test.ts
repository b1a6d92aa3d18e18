import { type OpsAlarm, OpsAlarm as OpsAlarmSchema, OpsStatus, topicFor } from '@latchwork/shared';
import type { MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { EmbeddedBroker } from '../broker/index.ts';
import { connectClient, startTestBroker } from '../broker/testing.ts';
import { realClock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import {
  connectLocker,
  type ScriptedLocker,
  startTestProcessor,
  type TestProcessor,
} from '../events/testing.ts';
import { type OpsPublisher, startOpsPublisher } from './ops-publisher.ts';

let database: TestDatabase<Tables>;
let broker: EmbeddedBroker;
let processor: TestProcessor;
let ops: OpsPublisher;
let locker: ScriptedLocker;
let clients: MqttClient[] = [];

beforeAll(async () => {
  database = await createTestDatabase<Tables>(inject('postgres'));
});
afterAll(() => database.drop());
beforeEach(async () => {
  broker = await startTestBroker();
  await start();
  const connected = await connectLocker(database, broker.tcpUrl);
  locker = connected.locker;
  clients = [connected.client];
  await locker.greet();
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await stop();
  await broker.stop();
});

async function start(): Promise<void> {
  processor = await startTestProcessor({ database, broker, onHeard: (id) => ops.touch(id) });
  const { ledger, link } = processor;
  ops = startOpsPublisher({
    ledger,
    db: database.db,
    link,
    clock: realClock(),
    logger: pino({ enabled: false }),
  });
}

async function stop(): Promise<void> {
  await ops.stop();
  await processor.stop();
}

/** Resolves with the first message on a topic that is as wanted; hears retained ones too. */
async function hear<T>(
  topic: string,
  read: (text: string) => T,
  wanted: (message: T) => boolean,
): Promise<T> {
  const client = await connectClient(broker.wsUrl, 'operator:ann', { clientId: '' });
  clients.push(client);
  const heard = new Promise<T>((resolve) => {
    client.on('message', (_topic, payload) => {
      const message = read(`${payload}`);
      if (wanted(message)) resolve(message);
    });
  });
  await client.subscribeAsync(topic, { qos: 1 });
  return heard;
}

const status = (wanted: (status: OpsStatus) => boolean) =>
  hear(topicFor(locker.id, 'ops/status'), (text) => OpsStatus.parse(JSON.parse(text)), wanted);
const alarm = (wanted: (alarm: OpsAlarm) => boolean) =>
  hear('lw1/+/+/ops/alarm', (text) => OpsAlarmSchema.parse(JSON.parse(text)), wanted);

test('an operator hears how a locker stands, at each change and retained', async () => {
  expect(await status(() => true)).toMatchObject({ online: false, slots: { total: 4, free: 4 } });
  locker.beat();
  expect(await status(({ online }) => online)).toMatchObject({ lastSyncedAt: expect.any(Number) });
  locker.note({ kind: 'slot.outOfService', slot: 1, reason: 'stuck' });
  locker.note({ kind: 'slot.unsettled', slot: 2, authorisation: locker.uuid() });
  locker.events();
  expect(await status(({ slots }) => slots.free === 2)).toMatchObject({
    locker: locker.id,
    slots: { total: 4, free: 2, occupied: 0, unsettled: 1, outOfService: 1 },
  });
});

test('a broker that forgot what it retained is told again', async () => {
  expect(await status(() => true)).toMatchObject({ locker: locker.id });
  await broker.stop();
  broker = await startTestBroker(realClock(), Number(new URL(broker.tcpUrl).port));
  expect(await status(() => true)).toMatchObject({ locker: locker.id });
});

test('an alarm is published once the broker takes it, and marked', async () => {
  const heard = alarm(({ locker: id }) => id === locker.id);
  const id = locker.note({ kind: 'door.forced', slot: 3 });
  locker.events();
  expect(await heard).toMatchObject({ id, alarm: 'door forced', slot: 3 });
  const row = database.db.selectFrom('alarm').select('published_at').where('alarm_id', '=', id);
  await expect.poll(() => row.executeTakeFirst()).toMatchObject({ published_at: expect.any(Date) });
});

test('alarms of a time without a broker are published when there is one', async () => {
  await stop();
  const raised = { v: 1, id: locker.uuid(), locker: locker.id, at: 1_000 } as const;
  processor = await startTestProcessor({ database, broker });
  await processor.ledger.commit({ lockers: [locker.id] }, (books) =>
    books.of(locker.id)?.raise({ ...raised, alarm: 'board lost', detail: 'Nobody hears this yet.' }),
  );
  await processor.stop();
  const heard = alarm(({ id }) => id === raised.id);
  await start();
  expect(await heard).toMatchObject({ alarm: 'board lost' });
});
