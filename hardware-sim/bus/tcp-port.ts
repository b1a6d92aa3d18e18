import { createServer, type Server, type Socket } from 'node:net';
import type { LinePort } from './line-port.ts';

/** A host that stops reading is cut off beyond this, as a serial adapter overflows. */
const UNREAD_BYTES_MAX = 256 * 1024;
const HOSTS_MAX = 8;

/**
 * Opens a line's end as a raw TCP server on loopback, as a serial device server does. Unplugging refuses new
 * connections and ends those there are; plugging in takes the same port again. Rejects with the system's own error
 * (`EADDRINUSE`, `EACCES`) when the port cannot be had.
 */
export async function openTcpPort(options: {
  port: number;
  onBytes: (bytes: Uint8Array) => void;
  /** Called as a host connects or leaves. */
  onHosts?: (count: number) => void;
}): Promise<LinePort & { port: number }> {
  const hosts = new Set<Socket>();
  const onHosts = () => options.onHosts?.(hosts.size);
  const server = createServer((socket) => {
    if (hosts.size >= HOSTS_MAX) return socket.destroy();
    hosts.add(socket);
    socket.setNoDelay(true);
    socket.on('data', options.onBytes);
    // A reset by the host is how a killed program hangs up: 'close' follows and says all there is to know.
    socket.on('error', () => {});
    socket.on('close', () => {
      hosts.delete(socket);
      onHosts();
    });
    onHosts();
    return undefined;
  });
  const port = await listen(server, options.port);

  return {
    port,
    address: `tcp://127.0.0.1:${port}`,
    send: (bytes) => {
      for (const socket of hosts) {
        socket.write(bytes);
        if (socket.writableLength > UNREAD_BYTES_MAX) socket.destroy();
      }
    },
    plugIn: async () => {
      if (!server.listening) await listen(server, port);
    },
    unplug: () => close(server, hosts),
    stop: () => close(server, hosts),
  };
}

/** Listens on loopback and gives the port, which the system chooses for 0. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function close(server: Server, sockets: Set<Socket>): Promise<void> {
  const gone = [...sockets].map(
    (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
  );
  if (server.listening) gone.push(new Promise((resolve) => server.close(() => resolve())));
  for (const socket of sockets) socket.destroy();
  await Promise.all(gone);
}
