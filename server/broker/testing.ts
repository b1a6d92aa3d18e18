import { connect as connectTcp, type Socket } from 'node:net';
import { LockerId } from '@latchwork/shared';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import type { Clock } from '../clock.ts';
import { realClock } from '../clock.ts';
import type { Authenticate, Principal } from './access-control.ts';
import { type EmbeddedBroker, startBroker } from './embedded-broker.ts';

/** A broker on free ports at which every locker, `operator:ann` and `server` have the password `right`. */
export function startTestBroker(clock: Clock = realClock(), tcpPort = 0): Promise<EmbeddedBroker> {
  return startBroker({
    tcpPort,
    wsPort: 0,
    authenticate: everybody,
    clock,
    logger: pino({ enabled: false }),
  });
}

const everybody: Authenticate = ({ username, password }): Principal | undefined => {
  if (password !== 'right') return undefined;
  if (username === 'server' || username === 'operator:ann')
    return { role: username === 'server' ? 'server' : 'operator', user: username };
  return LockerId.safeParse(username).success ? { role: 'locker', locker: username } : undefined;
};

/** Resolves once connected; rejects with the broker's refusal. */
export function connectClient(url: string, username: string, more: IClientOptions = {}): Promise<MqttClient> {
  return mqtt.connectAsync(
    url,
    { username, password: 'right', clientId: username, protocolVersion: 4, reconnectPeriod: 0, ...more },
    false,
  );
}

export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

export function nextMessage(
  client: MqttClient,
): Promise<{ topic: string; payload: string; retain: boolean }> {
  return new Promise((resolve) => {
    client.once('message', (topic, payload, { retain }) => resolve({ topic, payload: `${payload}`, retain }));
  });
}

/** A bare TCP line to a broker, for what no decent client sends. Resolves once connected. */
export function rawLine(tcpUrl: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(Number(new URL(tcpUrl).port), '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

export function lineEnded(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.resume();
  });
}
