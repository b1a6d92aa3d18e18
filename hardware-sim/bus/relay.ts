import { connect, createServer, type Socket } from 'node:net';
import { listen } from './tcp-port.ts';

/** A TCP relay that stands in for the network between a locker and a server. */
export interface Relay {
  port: number;
  address: string;
  /** Cutting ends every connection and lets none through; healing lets new ones through. */
  setCut(cut: boolean): void;
  stop(): Promise<void>;
}

const CONNECTIONS_MAX = 1000;

/**
 * Relays `listenPort` (0: any free one) to `targetPort`, both on loopback. While it is cut, a new connection is accepted
 * and ended at once: unlike a closed port, nobody else can take it in the meantime.
 */
export async function openRelay(options: { listenPort: number; targetPort: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  let cut = false;

  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // Whatever ends one side ends the other; 'close' follows every error.
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    if (cut || sockets.size >= CONNECTIONS_MAX) return near.destroy();
    const far = connect(options.targetPort, '127.0.0.1');
    keep(near, far);
    keep(far, near);
    near.pipe(far);
    far.pipe(near);
    return undefined;
  });
  const port = await listen(server, options.listenPort);
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    port,
    address: `tcp://127.0.0.1:${port}`,
    setCut: (now) => {
      cut = now;
      if (cut) endAll();
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      endAll();
      await closed;
    },
  };
}
