import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { ConsoleView } from '../../core/console-view.ts';
import { type Console, ConsoleError, type ConsoleListener } from '../../ports/console.ts';
import { clearPath, consolePath } from './socket-path.ts';
import { type TechnicianLine, technicianLine } from './technician-line.ts';

/** More than technicians fit before a cabinet. */
const techniciansMax = 8;
/** So many more are told so; the rest is cut off unheard. */
const connectionsMax = 32;

/**
 * The console as a Unix socket in the data folder. Nobody gets at it but root and the folder's owner, whose agent this is:
 * the folder is closed to others, and so is the socket. The name in an ask is what that user's command says of itself.
 */
export function socketConsole(folder: string): Console {
  const lines = new Map<number, TechnicianLine>();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let look: (() => ConsoleView) | undefined;
  let shown = '';
  let connections = 0;

  function accept(socket: Socket, { onAsk }: ConsoleListener): void {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    // Whoever breaks the line off has said all there is to say; what was asked goes on to its own end.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      lines.delete(connection);
    });
    const line = technicianLine(socket, ({ id, user, ask }) =>
      onAsk({ request: `${connection}:${id}`, user, ask }),
    );
    if (lines.size >= techniciansMax) return line.end('too many technicians are here already');
    lines.set(connection, line);
    if (!look) return;
    shown = JSON.stringify(look());
    line.show(shown);
  }

  return {
    async start(listener) {
      const path = consolePath(folder);
      await clearPath(path);
      const listening = createServer((socket) => accept(socket, listener));
      listening.maxConnections = connectionsMax;
      await listen(listening, path);
      server = listening;
    },
    show(next) {
      look = next;
      if (lines.size === 0) return;
      const view = JSON.stringify(next());
      if (view === shown) return;
      shown = view;
      for (const line of lines.values()) line.show(view);
    },
    tell(facts) {
      if (facts.length > 0) for (const line of lines.values()) line.tell(facts);
    },
    answer(request, answer) {
      const [connection, id] = request.split(':').map(Number);
      if (connection !== undefined && id !== undefined) lines.get(connection)?.answer(id, answer);
    },
    async stop() {
      const closing = server;
      server = undefined;
      if (!closing) return;
      // Closing removes the socket's file.
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new ConsoleError('failed', `cannot listen at ${path}: ${cause.message}`, cause)),
    );
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });
}
