import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { brokerLimits } from './broker-limits.ts';
import { type MutualTls, type Peer, peerOf, tlsOptions } from './mutual-tls.ts';

export interface Place {
  port: number;
  /** On every address of the machine with it where it names a host, else on loopback alone. */
  tls?: MutualTls | undefined;
}

export interface Listener {
  port: number;
  /** Ends the connections that are left. */
  stop(): Promise<void>;
}

/** `peer` is there whenever the place asks for a certificate. */
export type OnConnection = (line: Duplex, peer: Peer | undefined) => void;

export async function listenTcp(place: Place, onConnection: OnConnection): Promise<Listener> {
  const { tls } = place;
  if (!tls)
    return listen(
      createServer({ noDelay: true }, (socket) => onConnection(socket, undefined)),
      place,
    );
  const server = createTlsServer({ ...tlsOptions(tls), noDelay: true }, (socket) => {
    const peer = peerOf(socket, tls);
    if (peer) onConnection(socket, peer);
    else socket.destroy();
  });
  return listen(server, place);
}

export async function listenWebSocket(place: Place, onConnection: OnConnection): Promise<Listener> {
  const { tls } = place;
  const server: HttpServer = tls ? createHttpsServer(tlsOptions(tls)) : createHttpServer();
  server.on('request', (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('MQTT over WebSocket is spoken here.\n');
  });
  const sockets = new WebSocketServer({
    noServer: true,
    path: '/mqtt',
    maxPayload: brokerLimits.packetBytesMax,
    perMessageDeflate: false,
    // MQTT 3.1.1 section 6: the sub protocol is `mqtt`.
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    const peer = tls && peerOf(socket, tls);
    if (tls && !peer) socket.destroy();
    else if (sockets.shouldHandle(request))
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        onConnection(createWebSocketStream(webSocket), peer),
      );
    else refuse(socket);
  });
  const listener = await listen(server, place);
  return {
    port: listener.port,
    stop() {
      sockets.close();
      return listener.stop();
    },
  };
}

function refuse(socket: Duplex): void {
  // A stranger that hangs up first must not bring the process down.
  socket.on('error', () => {});
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
}

async function listen(server: Server, { port, tls }: Place): Promise<Listener> {
  const lines = new Set<Duplex>();
  // Of TLS too this is the bare line, from its first byte on.
  server.on('connection', (line: Duplex) => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  });
  server.maxConnections = brokerLimits.connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(tls?.host === undefined && { host: '127.0.0.1' }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      for (const line of lines) line.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
