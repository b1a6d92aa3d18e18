import { createServer } from 'node:net';
import type { MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { manualClock } from '../clock.ts';
import { brokerLimits } from './broker-limits.ts';
import { type EmbeddedBroker, startBroker } from './embedded-broker.ts';
import { closed, connectClient, lineEnded, nextMessage, rawLine, startTestBroker } from './testing.ts';

const locker = 'gb-7k3m9x2p';
const own = `lw1/gb/${locker}`;
const foreign = 'lw1/gb/gb-aaaaaaaa';

let broker: EmbeddedBroker;
const clients: MqttClient[] = [];

beforeAll(async () => {
  broker = await startTestBroker();
});
afterAll(() => broker.stop());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});

async function connect(
  username: string,
  more: Parameters<typeof connectClient>[2] = {},
  url = broker.tcpUrl,
) {
  const client = await connectClient(url, username, more);
  client.on('error', () => {});
  clients.push(client);
  return client;
}

describe.each([['TCP', 'tcpUrl'] as const, ['WebSocket', 'wsUrl'] as const])('over %s', (_name, url) => {
  test('a message goes from a locker to the server and back', async () => {
    const server = await connect('server', {}, broker[url]);
    const agent = await connect(locker, {}, broker[url]);
    await server.subscribeAsync('lw1/+/+/up/+', { qos: 1 });
    await agent.subscribeAsync(`${own}/down/want`, { qos: 1 });
    const atServer = nextMessage(server);
    await agent.publishAsync(`${own}/up/hello`, 'hello', { qos: 1 });
    expect(await atServer).toEqual({ topic: `${own}/up/hello`, payload: 'hello', retain: false });
    const atAgent = nextMessage(agent);
    await server.publishAsync(`${own}/down/want`, 'want', { qos: 1 });
    expect(await atAgent).toMatchObject({ payload: 'want' });
  });

  test('a packet at the limit passes, and one above it ends the connection', async () => {
    const server = await connect('server');
    await server.subscribeAsync('lw1/+/+/up/+', { qos: 0 });
    const agent = await connect(locker, {}, broker[url]);
    const topic = `${own}/up/events`;
    // Fixed header 4 bytes, topic with its length, then the payload.
    const room = brokerLimits.packetBytesMax - 4 - 2 - topic.length;
    const arrived = nextMessage(server);
    agent.publish(topic, Buffer.alloc(room, 'x'));
    expect((await arrived).payload).toHaveLength(room);
    const ended = closed(agent);
    server.once('message', () => expect.unreachable('an oversize packet came through'));
    agent.publish(topic, Buffer.alloc(room + 1, 'x'));
    await ended;
  });

  test('a wrong password is refused', async () => {
    await expect(connect(locker, { password: 'wrong' }, broker[url])).rejects.toMatchObject({ code: 5 });
  });
});

test('a packet that announces 200 MB ends the connection before it comes', async () => {
  const line = await rawLine(broker.tcpUrl);
  const ended = lineEnded(line);
  line.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await ended;
});

test('a WebSocket frame above the limit ends the connection', async () => {
  const socket = new WebSocket(broker.wsUrl, 'mqtt');
  await new Promise((resolve) => socket.once('open', resolve));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.send(Buffer.alloc(brokerLimits.packetBytesMax + 1));
  await ended;
});

test('a CONNECT that does not come whole in time ends the connection', async () => {
  const clock = manualClock();
  const slow = await startTestBroker(clock);
  const silent = await rawLine(slow.tcpUrl);
  const dripping = await rawLine(slow.tcpUrl);
  const ended = Promise.all([lineEnded(silent), lineEnded(dripping)]);
  dripping.write(Buffer.from([0x10, 50, 0, 4]));
  const agent = await connectClient(slow.tcpUrl, locker);
  while (clock.pending() < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  clock.advance(brokerLimits.connectTimeoutMs);
  await ended;
  await agent.publishAsync(`${own}/up/beat`, 'still here', { qos: 1 });
  await agent.endAsync(true);
  await slow.stop();
});

test.each([
  ['a foreign client id', { clientId: 'gb-aaaaaaaa' }],
  ['a session that would outlive the connection', { clean: false }],
  [
    'a will on another locker’s topic',
    { will: { topic: `${foreign}/up/will`, payload: 'x', qos: 1 as const } },
  ],
  [
    'a will on another of its own topics',
    { will: { topic: `${own}/up/events`, payload: 'x', qos: 1 as const } },
  ],
])('%s is refused', async (_name, more) => {
  await expect(connect(locker, more)).rejects.toMatchObject({ code: 5 });
});

test('a will on its own topic is published when the line breaks', async () => {
  const server = await connect('server');
  await server.subscribeAsync(`${own}/up/will`, { qos: 1 });
  const agent = await connect(locker, { will: { topic: `${own}/up/will`, payload: 'gone', qos: 1 } });
  const will = nextMessage(server);
  agent.stream.destroy();
  expect(await will).toMatchObject({ payload: 'gone' });
});

test.each([
  [`${foreign}/up/events`, {}],
  [`${own}/down/want`, {}],
  [`${own}/ops/status`, {}],
  [`${own}/up/events`, { retain: true }],
  [`${own}/up/events`, { qos: 2 as const }],
  ['$SYS/anything', {}],
])('a locker that publishes to %s %j is cut off, and nobody hears it', async (topic, more) => {
  const server = await connect('server');
  await server.subscribeAsync('lw1/#', { qos: 1 });
  const first = nextMessage(server);
  const agent = await connect(locker);
  const ended = closed(agent);
  agent.publish(topic, 'forged', { qos: 1, ...more });
  await ended;
  await server.publishAsync(`${foreign}/down/want`, 'the first to be heard', { qos: 1 });
  expect(await first).toMatchObject({ payload: 'the first to be heard' });
});

test.each([
  [locker, `${foreign}/down/want`],
  [locker, `${own}/down/+`],
  [locker, '#'],
  [locker, `$share/group/${own}/down/want`],
  [locker, '$SYS/#'],
  ['server', '$SYS/#'],
  ['server', '$share/group/lw1/+/+/up/+'],
  ['operator:ann', 'lw1/+/+/up/+'],
])('%s may not subscribe to %s', async (username, filter) => {
  const client = await connect(username);
  const granted = await client.subscribeAsync(filter, { qos: 1 }).catch((error: unknown) => error);
  expect(granted).toBeInstanceOf(Error);
});

test('an operator hears summaries, the retained ones at once', async () => {
  const server = await connect('server');
  await server.publishAsync(`${own}/ops/status`, 'online', { qos: 1, retain: true });
  const operator = await connect('operator:ann', { clientId: 'operator:ann:desk' });
  const first = nextMessage(operator);
  await operator.subscribeAsync('lw1/+/+/ops/#', { qos: 1 });
  expect(await first).toEqual({ topic: `${own}/ops/status`, payload: 'online', retain: true });
});

test('a second connection with the same client id takes the place of the first', async () => {
  const first = await connect(locker);
  const ended = closed(first);
  const second = await connect(locker);
  await ended;
  await second.publishAsync(`${own}/up/beat`, 'x', { qos: 1 });
});

test('fifty lockers talk at once', async () => {
  const server = await connect('server');
  await server.subscribeAsync('lw1/+/+/up/+', { qos: 1 });
  const heard = new Set<string>();
  const all = new Promise<void>((resolve) => {
    server.on('message', (topic) => {
      if (heard.add(topic).size === 50) resolve();
    });
  });
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const name = `gb-fifty${String(index).padStart(3, '0')}`;
      const agent = await connect(name, {}, index % 2 === 0 ? broker.tcpUrl : broker.wsUrl);
      await agent.publishAsync(`lw1/gb/${name}/up/hello`, 'x', { qos: 1 });
    }),
  );
  await all;
});

test('a taken port is an error, and leaves nothing open', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  const start = startBroker({
    tcpPort: 0,
    wsPort: port,
    authenticate: () => undefined,
    clock: manualClock(),
    logger: pino({ enabled: false }),
  });
  await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => holder.close(resolve));
});
