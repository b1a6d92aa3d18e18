import { type LockerId, topicFor } from '@latchwork/shared';
import type { Clock } from '../../ports/clock.ts';
import type { Uplink } from '../../ports/uplink.ts';
import { type MqttSession, mqttSession } from './mqtt-session.ts';

export interface MqttUplinkOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, without a password in it. */
  url: string;
  locker: LockerId;
  password: string;
  /** Shown to a broker that is reached by TLS; asked at each attempt, since it is renewed while the agent runs. */
  identity?: () => TlsIdentity | undefined;
  clock: Clock;
}

/** All PEM. */
export interface TlsIdentity {
  key: string;
  certificate: string;
  /** Whose word alone is taken for the broker; without it the authorities that this machine trusts. */
  authority?: string | undefined;
}

/** How long a broker may take to say good-bye before the line is simply dropped. */
const farewellTimeoutMs = 1_000;

/**
 * MQTT 3.1.1 by mqtt.js, which is told to keep nothing and to try nothing again by itself: the core decides when, and
 * SQLite is the queue. It is loaded with the first attempt, since it takes a while and doors come first.
 */
export function mqttUplink({ url, locker, password, identity, clock }: MqttUplinkOptions): Uplink {
  let current: MqttSession | undefined;
  return {
    connect(listener, will) {
      current?.drop();
      const session = mqttSession({
        url,
        locker,
        clock,
        listener,
        options: {
          clientId: locker,
          username: locker,
          password,
          ...tlsOptions(identity?.()),
          protocolVersion: 4,
          clean: true,
          reconnectPeriod: 0,
          queueQoSZero: false,
          will: { topic: topicFor(locker, 'up/will'), payload: Buffer.from(will), qos: 1, retain: false },
        },
      });
      current = session;
    },
    send: async (kind, payload) => (current ? current.send(topicFor(locker, `up/${kind}`), payload) : false),
    async disconnect() {
      const session = current;
      current = undefined;
      await session?.leave(farewellTimeoutMs);
    },
  };
}

/** Of no effect on a plain line. */
function tlsOptions(identity: TlsIdentity | undefined) {
  if (!identity) return {};
  const { key, certificate, authority } = identity;
  return { key, cert: certificate, ...(authority !== undefined && { ca: authority }) };
}
