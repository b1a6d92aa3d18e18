import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { brokerLimits } from './broker-limits.ts';

export interface Listener {
  port: number;
  /** Ends the connections that are left. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';

export async function listenTcp(port: number, onConnection: (line: Duplex) => void): Promise<Listener> {
  const lines = new Set<Duplex>();
  const server = createServer({ noDelay: true }, (socket) => {
    lines.add(socket);
    socket.once('close', () => lines.delete(socket));
    onConnection(socket);
  });
  server.maxConnections = brokerLimits.connectionsMax;
  return {
    port: await listen(server, port),
    stop() {
      for (const line of lines) line.destroy();
      return closed(server);
    },
  };
}

export async function listenWebSocket(port: number, onConnection: (line: Duplex) => void): Promise<Listener> {
  const server = createHttpServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('MQTT over WebSocket is spoken here.\n');
  });
  server.maxConnections = brokerLimits.connectionsMax;
  const sockets = new WebSocketServer({
    noServer: true,
    path: '/mqtt',
    maxPayload: brokerLimits.packetBytesMax,
    perMessageDeflate: false,
    // MQTT 3.1.1 section 6: the sub protocol is `mqtt`.
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    if (sockets.shouldHandle(request))
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        onConnection(createWebSocketStream(webSocket)),
      );
    else refuse(socket);
  });
  return {
    port: await listen(server, port),
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      return closed(server);
    },
  };
}

function refuse(socket: Duplex): void {
  // A stranger that hangs up first must not bring the process down.
  socket.on('error', () => {});
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
