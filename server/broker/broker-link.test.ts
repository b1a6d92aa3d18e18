import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock, realClock } from '../clock.ts';
import { seededRandom } from '../random.ts';
import {
  type BrokerLink,
  createBrokerLink,
  type LinkOptions,
  linkLimits,
  type OnMessage,
} from './broker-link.ts';
import type { EmbeddedBroker } from './embedded-broker.ts';
import { connectClient, nextMessage, startTestBroker } from './testing.ts';

const own = 'lw1/gb/gb-7k3m9x2p';
let broker: EmbeddedBroker;
let link: BrokerLink | undefined;

beforeEach(async () => {
  broker = await startTestBroker();
});
afterEach(async () => {
  await link?.stop();
  await broker.stop();
});

function connect({ onMessage, ...more }: Partial<LinkOptions> & { onMessage?: OnMessage } = {}): BrokerLink {
  link = createBrokerLink({
    url: broker.tcpUrl,
    username: 'server',
    password: 'right',
    clientId: 'server',
    subscriptions: ['lw1/+/+/up/+'],
    logger: pino({ enabled: false }),
    clock: realClock(),
    random: seededRandom('link'),
    ...more,
  });
  link.start(onMessage ?? (() => Promise.resolve()));
  return link;
}

const up = (line: BrokerLink) => new Promise<void>((resolve) => line.onUp(resolve));

test('messages are handed over one at a time, each after the one before was accepted', async () => {
  const handed: string[] = [];
  let accept = () => {};
  let onHanded = () => {};
  const line = connect({
    onMessage(_topic, payload) {
      handed.push(`${Buffer.from(payload)}`);
      onHanded();
      return new Promise((resolve) => {
        accept = resolve;
      });
    },
  });
  await up(line);
  const agent = await connectClient(broker.tcpUrl, 'gb-7k3m9x2p');
  const first = new Promise<void>((resolve) => {
    onHanded = resolve;
  });
  await Promise.all(['1', '2', '3'].map((text) => agent.publishAsync(`${own}/up/beat`, text, { qos: 1 })));
  await first;
  expect(handed).toEqual(['1']);
  for (const count of [2, 3]) {
    const next = new Promise<void>((resolve) => {
      onHanded = resolve;
    });
    accept();
    await next;
    expect(handed).toHaveLength(count);
  }
  accept();
  await agent.endAsync(true);
});

test('a publish resolves true once the broker took it, and false while the line is down', async () => {
  const line = connect();
  expect(await line.publish(`${own}/down/want`, 'x', { qos: 1, retain: false })).toBe(false);
  await up(line);
  const agent = await connectClient(broker.tcpUrl, 'gb-7k3m9x2p');
  await agent.subscribeAsync(`${own}/down/want`, { qos: 1 });
  const heard = nextMessage(agent);
  expect(await line.publish(`${own}/down/want`, 'want', { qos: 1, retain: false })).toBe(true);
  expect(await heard).toMatchObject({ payload: 'want' });
  await agent.endAsync(true);
});

test('what a broker retained is not handed over', async () => {
  const keeper = await connectClient(broker.tcpUrl, 'server', { clientId: 'server:keeper' });
  const status = `${own}/ops/status`;
  await keeper.publishAsync(status, 'kept', { qos: 1, retain: true });
  const handed: string[] = [];
  const fresh = new Promise<void>((resolve) => {
    connect({
      subscriptions: ['lw1/+/+/ops/status'],
      onMessage: async (_topic, payload) => {
        handed.push(`${Buffer.from(payload)}`);
        if (handed.includes('fresh')) resolve();
      },
    });
  });
  await up(link as BrokerLink);
  await keeper.publishAsync(status, 'fresh', { qos: 1 });
  await fresh;
  expect(handed).toEqual(['fresh']);
  await keeper.endAsync(true);
});

test('after a loss it comes back by itself, within the backoff', async () => {
  const clock = manualClock();
  const line = connect({ clock });
  await up(line);
  const port = Number(new URL(broker.tcpUrl).port);
  await broker.stop();
  await until(() => clock.pending() === 1);
  expect(line.up).toBe(false);
  broker = await startTestBroker(realClock(), port);
  const again = up(line);
  clock.advance(linkLimits.backoffMsMin);
  await again;
  expect(await line.publish(`${own}/down/want`, 'x', { qos: 1, retain: false })).toBe(true);
});

test('it does not read on from a new line while a message still waits to be accepted', async () => {
  const clock = manualClock();
  let accept = () => {};
  const waiting = new Promise<void>((handedOver) => {
    connect({
      clock,
      onMessage() {
        handedOver();
        return new Promise((resolve) => {
          accept = resolve;
        });
      },
    });
  });
  await up(link as BrokerLink);
  const agent = await connectClient(broker.tcpUrl, 'gb-7k3m9x2p');
  await agent.publishAsync(`${own}/up/beat`, 'x', { qos: 1 });
  await waiting;
  const usurper = await connectClient(broker.tcpUrl, 'server');
  await until(() => clock.pending() === 1);
  clock.advance(linkLimits.backoffMsMax);
  // Many times as long as connecting takes: had it connected, the usurper would be thrown off.
  for (let n = 0; n < 30; n += 1) await agent.publishAsync(`${own}/up/beat`, 'y', { qos: 1 });
  expect(usurper.connected).toBe(true);
  const again = up(link as BrokerLink);
  accept();
  await again;
  await agent.endAsync(true);
});

test('a refused subscription is no line at all', async () => {
  const errors: unknown[] = [];
  const refused = new Promise<void>((resolve) => {
    connect({
      subscriptions: ['$SYS/#'],
      logger: {
        ...pino({ enabled: false }),
        error: (what: unknown) => {
          errors.push(what);
          resolve();
        },
      } as LinkOptions['logger'],
    });
  });
  await refused;
  expect(link?.up).toBe(false);
  expect(errors).toHaveLength(1);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
