import mqtt, { type MqttClient } from 'mqtt';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Logger } from './logger.ts';

export interface LinkOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; the embedded broker or any other. */
  url: string;
  username: string;
  password: string;
  clientId: string;
  subscriptions: readonly string[];
  logger: Logger;
  clock: Clock;
  random: Random;
}

/**
 * Called with one message at a time. Until it resolves the message is not acknowledged and no further one is
 * read, so a full queue slows the broker down instead of growing. Must not reject.
 */
export type OnMessage = (topic: string, payload: Uint8Array) => Promise<void>;

/** The server's line to a broker. Holds no queue: what cannot be sent now is reported unsent. */
export interface BrokerLink {
  /** Connects, and connects again after every loss until stopped. Returns at once; throws when called twice. */
  start(onMessage: OnMessage): void;
  /** True once the broker took the message. That proves nothing about its receiver. Never rejects. */
  publish(
    topic: string,
    payload: Uint8Array | string,
    options: { qos: 0 | 1; retain: boolean },
  ): Promise<boolean>;
  /** Calls `listener` each time the line is up and subscribed, and at once if it is. Returns how to stop. */
  onUp(listener: () => void): () => void;
  readonly up: boolean;
  stop(): Promise<void>;
}

export const linkLimits = {
  /** Messages given to the broker that it has not acknowledged. */
  publishesInFlightMax: 1_000,
  /** A broker near by may be tried again sooner than one across a country. */
  backoffMsMax: 30_000,
  backoffMsMin: 1_000,
  connectTimeoutMs: 10_000,
  keepaliveS: 30,
} as const;

export function createBrokerLink(options: LinkOptions): BrokerLink {
  return new Link(options);
}

class Link implements BrokerLink {
  readonly #options: LinkOptions;
  readonly #listeners = new Set<() => void>();
  #client: MqttClient | undefined;
  #onMessage: OnMessage = () => Promise.resolve();
  #up = false;
  #stopped = false;
  #failures = 0;
  #inFlight = 0;
  #cancelRetry = () => {};
  /** Settles when the message that is being handed over was accepted. */
  #accepting: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  start(onMessage: OnMessage): void {
    if (this.#client) throw new Error('The line to the broker was started before');
    this.#onMessage = onMessage;
    this.#client = this.#connect();
  }

  get up(): boolean {
    return this.#up;
  }

  onUp(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#up) listener();
    return () => this.#listeners.delete(listener);
  }

  publish(topic: string, payload: Uint8Array | string, { qos, retain }: { qos: 0 | 1; retain: boolean }) {
    const client = this.#client;
    if (!client || !this.#up || this.#inFlight >= linkLimits.publishesInFlightMax)
      return Promise.resolve(false);
    this.#inFlight += 1;
    const bytes = typeof payload === 'string' ? payload : Buffer.from(payload);
    return new Promise<boolean>((resolve) => {
      client.publish(topic, bytes, { qos, retain }, (error) => {
        this.#inFlight -= 1;
        resolve(!error);
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#up = false;
    this.#cancelRetry();
    await this.#client?.endAsync(true);
  }

  /** A new client for each attempt: mqtt.js keeps what an old one could not send. */
  #connect(): MqttClient {
    const { url, username, password, clientId, logger } = this.#options;
    const client = mqtt.connect(url, {
      username,
      password,
      clientId,
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      manualConnect: true,
      connectTimeout: linkLimits.connectTimeoutMs,
      keepalive: linkLimits.keepaliveS,
    });
    client.handleMessage = (packet, done) => {
      const { topic, payload, retain } = packet as {
        topic: string;
        payload: Buffer | string;
        retain: boolean;
      };
      // Something that a broker kept says nothing about now, and would be said again at every subscription.
      if (retain) {
        done();
        return;
      }
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      this.#accepting = this.#onMessage(topic, bytes).then(() => done());
    };
    client.on('connect', () => this.#subscribe(client));
    client.on('error', (error) => logger.warn({ reason: error.message }, 'The line to the broker failed'));
    client.on('close', () => this.#onClose(client));
    client.connect();
    return client;
  }

  #subscribe(client: MqttClient): void {
    const topics = Object.fromEntries(
      this.#options.subscriptions.map((filter) => [filter, { qos: 1 as const }]),
    );
    client.subscribe(topics, (error, granted) => {
      const refused = granted?.filter(({ qos }) => qos === 128).map(({ topic }) => topic) ?? [];
      if (error || refused.length > 0) {
        this.#options.logger.error({ refused, reason: error?.message }, 'The broker refused a subscription');
        client.end(true);
        return;
      }
      this.#failures = 0;
      this.#up = true;
      this.#options.logger.info('The line to the broker is up');
      for (const listener of this.#listeners) listener();
    });
  }

  #onClose(client: MqttClient): void {
    if (client !== this.#client || this.#stopped) return;
    this.#up = false;
    // Ends what the client may still do, and reports what it had in flight as unsent.
    client.end(true);
    const delayMs = this.#backoffMs();
    this.#options.logger.info({ delayMs }, 'The line to the broker is down');
    this.#cancelRetry = this.#options.clock.after(delayMs, () => {
      // Reading on before the queue has room would leave one waiting message behind with every attempt.
      void this.#accepting.then(() => {
        if (!this.#stopped) this.#client = this.#connect();
      });
    });
  }

  /** Full jitter: random between 0 and min(most, least × 2ⁿ), so that many clients do not return at once. */
  #backoffMs(): number {
    const ceilingMs = Math.min(
      linkLimits.backoffMsMax,
      linkLimits.backoffMsMin * 2 ** Math.min(this.#failures, 20),
    );
    this.#failures += 1;
    const chance = new DataView(this.#options.random.bytes(4).slice().buffer).getUint32(0) / 2 ** 32;
    return Math.floor(chance * ceilingMs);
  }
}
