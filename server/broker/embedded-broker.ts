import type { Duplex } from 'node:stream';
import { Aedes, type AuthenticateError, type Client, type ConnectPacket } from 'aedes';
import type { Clock } from '../clock.ts';
import { type Authenticate, mayConnect, mayPublish, maySubscribe, type Principal } from './access-control.ts';
import { brokerLimits } from './broker-limits.ts';
import { listenTcp, listenWebSocket } from './listeners.ts';
import type { Logger } from './logger.ts';
import { PacketGuard } from './packet-guard.ts';

export interface BrokerOptions {
  /** 0 for any free one. */
  tcpPort: number;
  /** 0 for any free one. */
  wsPort: number;
  authenticate: Authenticate;
  clock: Clock;
  logger: Logger;
}

export interface EmbeddedBroker {
  /** `mqtt://127.0.0.1:1883` */
  tcpUrl: string;
  /** `ws://127.0.0.1:8083/mqtt` */
  wsUrl: string;
  /** Ends every connection. */
  stop(): Promise<void>;
}

/**
 * MQTT 3.1.1 over TCP and WebSocket, on loopback only: until accounts exist nothing of ours listens to the
 * outside. Rejects when a port is taken.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const { clock, logger } = options;
  const aedes = await Aedes.createBroker({
    connectTimeout: brokerLimits.connectTimeoutMs,
    drainTimeout: brokerLimits.drainTimeoutMs,
    keepaliveLimit: brokerLimits.keepaliveMax,
    maxInflightInbound: brokerLimits.qos2InFlightMax,
    maxTopicLevels: brokerLimits.topicLevelsMax,
    ...accessHooks(options.authenticate, logger),
  });
  aedes.on('clientError', (client, error) =>
    logger.debug({ client: client.id, reason: error.message }, 'A broker connection failed'),
  );
  const handle = (connection: Duplex) => {
    const onRefused = (reason: string) => logger.warn({ reason }, 'The broker ended a connection');
    aedes.handle(new PacketGuard(connection, { clock, onRefused }));
  };
  const closeAedes = () => new Promise<void>((resolve) => aedes.close(resolve));
  const { tcp, ws } = await listenBoth(options, handle).catch(async (error: unknown) => {
    await closeAedes();
    throw error;
  });
  return {
    tcpUrl: `mqtt://127.0.0.1:${tcp.port}`,
    wsUrl: `ws://127.0.0.1:${ws.port}/mqtt`,
    async stop() {
      await closeAedes();
      await Promise.all([tcp.stop(), ws.stop()]);
    },
  };
}

async function listenBoth({ tcpPort, wsPort }: BrokerOptions, handle: (connection: Duplex) => void) {
  const tcp = await listenTcp(tcpPort, handle);
  try {
    return { tcp, ws: await listenWebSocket(wsPort, handle) };
  } catch (error) {
    await tcp.stop();
    throw error;
  }
}

function accessHooks(authenticate: Authenticate, logger: Logger) {
  const connects = new WeakMap<Client, ConnectPacket>();
  const principals = new WeakMap<Client, Principal>();
  const admit = async (client: Client, username: string, password: string): Promise<boolean> => {
    const packet = connects.get(client);
    if (!packet) return false;
    connects.delete(client);
    const principal = await authenticate({ username, password, clientId: packet.clientId });
    const will = packet.will && {
      topic: packet.will.topic,
      qos: packet.will.qos ?? 0,
      retain: packet.will.retain ?? false,
    };
    if (
      !principal ||
      !mayConnect(principal, { clientId: packet.clientId, clean: packet.clean ?? false, will })
    )
      return false;
    principals.set(client, principal);
    return true;
  };
  return {
    preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, ok: boolean) => void) {
      connects.set(client, packet);
      done(null, true);
    },
    authenticate(
      client: Client,
      username: string | undefined,
      password: Readonly<Buffer> | undefined,
      done: (error: AuthenticateError | null, ok: boolean | null) => void,
    ) {
      admit(client, username ?? '', password?.toString() ?? '').then(
        (ok) => done(ok ? null : refusal('not authorised', 5), ok),
        (error: unknown) => {
          logger.error({ err: error }, 'The broker could not check a password');
          done(refusal('cannot check passwords now', 3), false);
        },
      );
    },
    authorizePublish(
      client: Client | null,
      packet: { topic: string; qos: number; retain: boolean },
      done: (error?: Error | null) => void,
    ) {
      const principal = client ? principals.get(client) : undefined;
      if (principal && mayPublish(principal, packet)) done(null);
      else done(new Error(`may not publish to ${packet.topic.slice(0, 80)}`));
    },
    authorizeSubscribe<S extends { topic: string }>(
      client: Client,
      subscription: S,
      done: (error: Error | null, subscription?: S | null) => void,
    ) {
      const principal = principals.get(client);
      done(null, principal && maySubscribe(principal, subscription.topic) ? subscription : null);
    },
  };
}

/** @param returnCode of CONNACK, MQTT 3.1.1 section 3.2.2.3: 3 is unavailable, 5 not authorised */
function refusal(message: string, returnCode: 3 | 5): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}
