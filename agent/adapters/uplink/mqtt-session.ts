import { downKinds, type LockerId, limits, parseTopic, topicFor } from '@latchwork/shared';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { Clock } from '../../ports/clock.ts';
import type { UplinkListener } from '../../ports/uplink.ts';
import { packetGuard } from './packet-guard.ts';

/** From the first byte of the attempt to its last subscription. */
const connectTimeoutMs = 20_000;
/** A mobile network drops a silent line after a few minutes; a lost one is noticed within two of these. */
const keepaliveS = 60;
/** Messages that wait for the broker's PUBACK: a window of events in the smallest batches, a hello and a beat. */
const inFlightMax = 16;
/** An envelope, its topic, and the packet's own few bytes. */
const packetBytesMax = limits.envelopeBytesMax + 256;

export interface MqttSessionOptions {
  url: string;
  locker: LockerId;
  clock: Clock;
  listener: UplinkListener;
  options: IClientOptions;
}

export interface MqttSession {
  /** True once the broker took it; false when it cannot be sent now, or the line was lost meanwhile. */
  send(topic: string, payload: Uint8Array): Promise<boolean>;
  /** Ends at once; the listener hears nothing more. */
  drop(): void;
  /** Says good-bye to the broker, so that it sends no will; the listener hears nothing more. */
  leave(timeoutMs: number): Promise<void>;
}

/** One attempt and, if it succeeds, its session; it ends once and is never revived. */
export function mqttSession(session: MqttSessionOptions): MqttSession {
  const { clock, listener } = session;
  let client: MqttClient | undefined;
  let phase: 'connecting' | 'up' | 'ended' = 'connecting';
  const waiting = new Set<(taken: boolean) => void>();

  /** The first reason counts; what follows from it is silent. */
  const end = (reason: string | undefined) => {
    if (phase === 'ended') return;
    phase = 'ended';
    cancelTimeout();
    client?.end(true);
    for (const settle of waiting) settle(false);
    if (reason !== undefined) listener.onDown(reason);
  };
  const cancelTimeout = clock.after(connectTimeoutMs, () => end('the broker did not answer in time'));

  void openClient(session)
    .then((opened) => {
      if (phase === 'ended') return;
      client = opened;
      follow(opened, session, {
        onUp() {
          if (phase !== 'connecting') return;
          phase = 'up';
          cancelTimeout();
          listener.onUp();
        },
        onMessage: (kind, payload) => phase !== 'ended' && listener.onMessage(kind, payload),
        onDown: end,
      });
      opened.connect();
      guard(opened, end);
    })
    .catch((error: unknown) => end(error instanceof Error ? error.message : String(error)));

  return {
    send: (topic, payload) =>
      new Promise((resolve) => {
        if (phase !== 'up' || waiting.size >= inFlightMax) return resolve(false);
        const settle = (taken: boolean) => {
          waiting.delete(settle);
          resolve(taken);
        };
        waiting.add(settle);
        client?.publish(topic, Buffer.from(payload), { qos: 1 }, (error) => settle(!error));
      }),
    drop: () => end(undefined),
    async leave(timeoutMs) {
      if (phase !== 'up' || !client) return end(undefined);
      phase = 'ended';
      const left = Promise.withResolvers<void>();
      const cancel = clock.after(timeoutMs, () => left.resolve());
      client.end(false, {}, () => left.resolve());
      await left.promise;
      cancel();
      client.stream.destroy();
      for (const settle of waiting) settle(false);
    },
  };
}

async function openClient({ url, options }: MqttSessionOptions): Promise<MqttClient> {
  const { default: mqtt } = await import('mqtt');
  return mqtt.connect(url, {
    ...options,
    manualConnect: true,
    keepalive: keepaliveS,
    // The session's own timeout, on the agent's clock, comes first.
    connectTimeout: 2 * connectTimeoutMs,
    wsOptions: { maxPayload: 2 * packetBytesMax, perMessageDeflate: false },
  });
}

/** Every handler hangs before the first byte, so that nothing is missed. */
function follow(client: MqttClient, { locker }: MqttSessionOptions, listener: UplinkListener): void {
  client.on('message', (topic, payload) => {
    const parsed = parseTopic(topic);
    if (parsed?.direction === 'down' && parsed.locker === locker) listener.onMessage(parsed.kind, payload);
  });
  client.on('error', (error) => listener.onDown(error.message || error.name));
  client.on('close', () => listener.onDown('the line was closed'));
  client.on('connect', () => {
    const topics = downKinds.map((kind) => topicFor(locker, `down/${kind}`));
    client.subscribe(topics, { qos: 1 }, (error, granted = []) => {
      if (error) listener.onDown(`the broker refused a subscription: ${error.message}`);
      else if (granted.some(({ qos }) => qos > 1)) listener.onDown('the broker refused a subscription');
      else listener.onUp();
    });
  });
}

/** Nothing of ours is longer; a broker that sends more would fill the memory. */
function guard(client: MqttClient, end: (reason: string) => void): void {
  const isTooLong = packetGuard(packetBytesMax);
  client.stream.on('data', (chunk: Uint8Array) => {
    if (isTooLong(chunk)) end('the broker sent a packet that is too long');
  });
  // mqtt.js passes on only errors with a code, and a broker that answers plain HTTP gives none.
  client.stream.on('error', (error: Error) => end(error.message));
}
