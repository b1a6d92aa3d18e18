import { topicFor } from '@latchwork/shared';
import pg from 'pg';
import { type Logger, pino } from 'pino';
import { type BrokerLink, createBrokerLink, createDownlink, type EmbeddedBroker } from '../broker/index.ts';
import { connectClient } from '../broker/testing.ts';
import { realClock } from '../clock.ts';
import type { Tables } from '../database/index.ts';
import type { TestDatabase } from '../database/testing.ts';
import { type Ledger, postgresLedger, registerLocker } from '../ledger/index.ts';
import { createPlanSender } from '../plan/index.ts';
import { realRandom } from '../random.ts';
import { createEventProcessor, type EventProcessorOptions } from './event-processor.ts';
import { quietLockersIn } from './quiet-lockers.ts';
import { ScriptedLocker, testKeys } from './scripted-locker.ts';
import { testHandlers, testKeysOf, testRegistration } from './test-parts.ts';

export interface TestProcessor {
  ledger: Ledger;
  link: BrokerLink;
  stop(): Promise<void>;
}

export interface TestProcessorOptions extends Pick<EventProcessorOptions, 'onHeard'> {
  database: TestDatabase<Tables>;
  broker: EmbeddedBroker;
  logger?: Logger;
}

/** What `main` wires for the events role: a real broker, a real database, and a processor that hears lockers. */
export async function startTestProcessor(options: TestProcessorOptions): Promise<TestProcessor> {
  const { database, broker, logger = pino({ enabled: false }), onHeard = () => {} } = options;
  const { db, pool, url } = database;
  const clock = realClock();
  const random = realRandom();
  const newClient = () => new pg.Client({ connectionString: url });
  const ledger = postgresLedger({ pool, newClient, clock });
  const link = createBrokerLink({
    url: broker.tcpUrl,
    username: 'server',
    password: 'right',
    clientId: 'server',
    subscriptions: ['lw1/+/+/up/+'],
    logger,
    clock,
    random,
  });
  const plan = createPlanSender({ ledger, downlink: createDownlink(link, testKeysOf), clock, logger });
  const processor = createEventProcessor({
    ...{ ledger, link, keysOf: testKeysOf, plan, handlers: testHandlers, quietLockers: quietLockersIn(db) },
    ...{ clock, random, logger, spreadS: 5, onHeard },
  });
  processor.start();
  await new Promise<void>((up) => link.onUp(up));
  return {
    ledger,
    link,
    async stop() {
      await processor.stop();
      await link.stop();
      await ledger.close();
    },
  };
}

let lockersMade = 0;

/** A registered locker, connected by its own account and subscribed. Ends with its client. */
export async function connectLocker(database: TestDatabase<Tables>, url: string) {
  lockersMade += 1;
  const id = `gb-${String(lockersMade).padStart(8, '0')}`;
  await registerLocker(database.pool, testRegistration(id, realClock().nowMs()));
  const client = await connectClient(url, id);
  client.on('error', () => {});
  const locker = new ScriptedLocker(id, testKeys(id), (topic, payload) =>
    client.publish(topic, Buffer.from(payload), { qos: 1 }),
  );
  client.on('message', (topic, payload) => locker.deliver(topic, payload));
  await client.subscribeAsync([topicFor(id, 'down/want'), topicFor(id, 'down/plan')], { qos: 1 });
  return { locker, client };
}

/** Says something again and again until it is answered, as a locker's resend timer does. */
export async function repeating<T>(say: () => unknown, answered: () => Promise<T>): Promise<T> {
  let cancel = () => {};
  const again = () => {
    say();
    cancel = realClock().after(300, again);
  };
  again();
  try {
    return await answered();
  } finally {
    cancel();
  }
}
