import type { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import type { Clock } from '../clock.ts';
import type { Authenticate } from './access-control.ts';
import { accessHooks } from './access-hooks.ts';
import { brokerLimits } from './broker-limits.ts';
import { type Listener, listenTcp, listenWebSocket, type OnConnection } from './listeners.ts';
import type { Logger } from './logger.ts';
import type { MutualTls, Peer } from './mutual-tls.ts';
import { PacketGuard } from './packet-guard.ts';

export interface BrokerOptions {
  /** 0 for any free one. */
  tcpPort: number;
  /** 0 for any free one. */
  wsPort: number;
  /** Listeners that ask for a locker's certificate; each where it has a port, 0 for any free one. */
  mutualTls?: Omit<MutualTls, 'onRefused'> & { tcpPort: number | undefined; wsPort: number | undefined };
  authenticate: Authenticate;
  clock: Clock;
  logger: Logger;
}

export interface EmbeddedBroker {
  /** `mqtt://127.0.0.1:1883` */
  tcpUrl: string;
  /** `ws://127.0.0.1:8083/mqtt` */
  wsUrl: string;
  /** `mqtts://lockers.example:8883` */
  tlsUrl: string | undefined;
  /** `wss://lockers.example:8443/mqtt` */
  wssUrl: string | undefined;
  /** Ends every connection whose certificate `good` does not name. Rejects as that does, and then ends none. */
  review(good: (serials: string[]) => Promise<ReadonlyMap<string, unknown>>): Promise<void>;
  /** Ends every connection. */
  stop(): Promise<void>;
}

/**
 * MQTT 3.1.1 over TCP and WebSocket: in plain on loopback only, and with certificates on both sides to the outside, too.
 * Rejects when a port is taken.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const { clock, logger, authenticate } = options;
  const peers = new Map<Duplex, Peer>();
  const aedes = await Aedes.createBroker({
    connectTimeout: brokerLimits.connectTimeoutMs,
    drainTimeout: brokerLimits.drainTimeoutMs,
    keepaliveLimit: brokerLimits.keepaliveMax,
    maxInflightInbound: brokerLimits.qos2InFlightMax,
    maxTopicLevels: brokerLimits.topicLevelsMax,
    ...accessHooks({ authenticate, peerOf: (client) => peers.get(client.conn), logger }),
  });
  aedes.on('clientError', (client, error) =>
    logger.debug({ client: client.id, reason: error.message }, 'A broker connection failed'),
  );
  const onRefused = (reason: string) => logger.warn({ reason }, 'The broker ended a connection');
  const handle: OnConnection = (connection, peer) => {
    const guard = new PacketGuard(connection, { clock, onRefused });
    if (peer) {
      peers.set(guard, peer);
      guard.once('close', () => peers.delete(guard));
    }
    aedes.handle(guard);
  };
  const closeAedes = () => new Promise<void>((resolve) => aedes.close(resolve));
  const { urls, stop } = await listenAll(options, { handle, onRefused }).catch(async (error: unknown) => {
    await closeAedes();
    throw error;
  });
  return {
    ...urls,
    async review(good) {
      const asked = [...peers];
      const kept = await good(asked.map(([, { serial }]) => serial));
      for (const [connection, { name, serial }] of asked) {
        if (kept.has(serial)) continue;
        logger.warn({ locker: name, serial }, 'The certificate of a connection counts no longer');
        connection.destroy();
      }
    },
    async stop() {
      await closeAedes();
      await stop();
    },
  };
}

type Urls = Pick<EmbeddedBroker, 'tcpUrl' | 'wsUrl' | 'tlsUrl' | 'wssUrl'>;

async function listenAll(
  { tcpPort, wsPort, mutualTls }: BrokerOptions,
  { handle, onRefused }: { handle: OnConnection; onRefused: (reason: string) => void },
): Promise<{ urls: Urls; stop(): Promise<void> }> {
  const tls = mutualTls && { ...mutualTls, onRefused };
  const open: Listener[] = [];
  const stop = async () => {
    await Promise.all(open.map((listener) => listener.stop()));
  };
  const add = async (opening: Promise<Listener>) => {
    const listener = await opening;
    open.push(listener);
    return listener.port;
  };
  const at = `${tls?.host ?? '127.0.0.1'}`;
  try {
    const tcp = await add(listenTcp({ port: tcpPort }, handle));
    const ws = await add(listenWebSocket({ port: wsPort }, handle));
    const mqtts =
      tls?.tcpPort === undefined ? undefined : await add(listenTcp({ port: tls.tcpPort, tls }, handle));
    const wss =
      tls?.wsPort === undefined ? undefined : await add(listenWebSocket({ port: tls.wsPort, tls }, handle));
    const urls = {
      tcpUrl: `mqtt://127.0.0.1:${tcp}`,
      wsUrl: `ws://127.0.0.1:${ws}/mqtt`,
      tlsUrl: mqtts === undefined ? undefined : `mqtts://${at}:${mqtts}`,
      wssUrl: wss === undefined ? undefined : `wss://${at}:${wss}/mqtt`,
    };
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
