import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../bus/tcp-port.ts';
import { pageFile } from './files.ts';
import { isFromHere } from './guard.ts';
import { createLive } from './live.ts';
import { ProblemError } from './problem.ts';
import { answerApi } from './routes.ts';
import type { PanelSubject } from './subject.ts';

/** The panel of one cabinet: its page, its JSON API, and a socket that follows it. */
export interface Panel {
  /** `http://127.0.0.1:PORT` */
  address: string;
  stop(): Promise<void>;
}

/** Serves on loopback only, on `port` (0: any free one). Rejects with the system's own error when it cannot be had. */
export async function startPanel(options: {
  subject: PanelSubject;
  port: number;
  log: (message: string) => void;
}): Promise<Panel> {
  const { subject, log } = options;
  const live = createLive(subject);
  const server = createServer((request, response) => {
    void respond({ subject, request, response, log });
  });
  server.on('upgrade', (request, socket, head) => {
    // A caller that resets the line has said all there is to say.
    socket.on('error', () => {});
    if (!isFromHere(request) || pathOf(request) !== '/live') {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    live.server.handleUpgrade(request, socket, head, (viewer) => live.server.emit('connection', viewer));
  });
  const port = await listen(server, options.port);

  return {
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      live.stop();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(options: {
  subject: PanelSubject;
  request: IncomingMessage;
  response: ServerResponse;
  log: (message: string) => void;
}) {
  const { request, response } = options;
  try {
    await answer(options.subject, request, response);
  } catch (error) {
    // Whoever hung up in the middle of asking hears no answer.
    if (response.destroyed) return;
    const problem = error instanceof ProblemError ? error.problem : { status: 500, title: String(error) };
    if (problem.status === 500) options.log(`${request.method} ${pathOf(request)} failed: ${problem.title}`);
    // What is left of a body that was refused is not read, so the connection cannot carry another request.
    if (!request.complete) response.setHeader('connection', 'close');
    const text = JSON.stringify({ type: 'about:blank', ...problem });
    answerWith(response, problem.status, 'application/problem+json', text);
  }
}

async function answer(subject: PanelSubject, request: IncomingMessage, response: ServerResponse) {
  if (!isFromHere(request)) {
    throw new ProblemError({ status: 403, title: 'the panel answers its own machine only' });
  }
  const path = pathOf(request);
  if (path.startsWith('/api/')) {
    const result = await answerApi(subject, request, path);
    return answerWith(response, 200, 'application/json', JSON.stringify(result));
  }
  const file = await pageFile(path);
  if (!file) throw new ProblemError({ status: 404, title: 'there is no such page' });
  return answerWith(response, 200, file.type, file.content);
}

function answerWith(response: ServerResponse, status: number, type: string, content: string | Uint8Array) {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'self'; img-src 'self' data:",
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').replace(/[?#].*$/s, '');
}
