import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parseTopic, topicFor } from '@latchwork/shared';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { inbox } from '../../contracts/inbox.ts';
import type { DownlinkKind, UplinkKind } from '../../ports/uplink.ts';

export const locker = 'gb-testlock';

export type Transport = 'mqtt' | 'ws' | 'mqtts' | 'wss';

/** How a broker shows itself by TLS, and whose word it takes for a locker; all PEM. */
export interface BrokerTls {
  key: string;
  certificate: string;
  authority: string;
}

/**
 * A real broker that takes the password `right`, and by TLS a certificate besides; it can be made to vanish and come back.
 */
export async function testBroker(transport: Transport, tls?: BrokerTls) {
  const received = inbox<{ kind: UplinkKind | 'will'; payload: string }>();
  const aedes = await Aedes.createBroker({
    authenticate: (client, username, password, done) =>
      done(null, client.id === locker && username === locker && String(password) === 'right'),
  });
  aedes.on('publish', (packet, client) => {
    const topic = parseTopic(packet.topic);
    // A will is published in its client's name, after the client has gone.
    if (topic?.direction === 'up' && (client || topic.kind === 'will'))
      received.push({ kind: topic.kind, payload: String(packet.payload) });
  });
  const isWebSocket = transport === 'ws' || transport === 'wss';
  const listener = await listenOn(isWebSocket ? webSocket(aedes, tls) : tcp(aedes, tls));
  return {
    aedes,
    url: `${transport}://127.0.0.1:${listener.port}${isWebSocket ? '/mqtt' : ''}`,
    received: received.next,
    deliver: (kind: DownlinkKind, payload: Uint8Array) =>
      aedes.publish(
        {
          cmd: 'publish',
          topic: topicFor(locker, `down/${kind}`),
          payload: Buffer.from(payload),
          qos: 1,
          retain: false,
          dup: false,
        },
        () => undefined,
      ),
    setReachable: (reachable: boolean) => (reachable ? listener.open() : listener.shut()),
    async close() {
      await listener.shut();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** A server whose every connection is handed over as it comes. */
export async function rawServer(onConnection: (socket: Socket) => void) {
  const { port, shut } = await listenOn(createServer(onConnection));
  return { port, close: shut };
}

async function listenOn(server: Server) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const open = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open: () => open(port),
    async shut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function tcp(aedes: Aedes, tls: BrokerTls | undefined): Server {
  const handle = (socket: Socket) => {
    socket.on('error', () => undefined);
    aedes.handle(socket);
  };
  return tls ? createTlsServer(mutual(tls), handle) : createServer(handle);
}

function mutual({ key, certificate, authority }: BrokerTls) {
  return { key, cert: certificate, ca: authority, requestCert: true, rejectUnauthorized: true };
}

function webSocket(aedes: Aedes, tls: BrokerTls | undefined): Server {
  const server = tls ? createHttpsServer(mutual(tls)) : createHttpServer();
  const sockets = new WebSocketServer({ server, path: '/mqtt' });
  sockets.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket);
    stream.on('error', () => undefined);
    aedes.handle(stream, request);
  });
  return server;
}
