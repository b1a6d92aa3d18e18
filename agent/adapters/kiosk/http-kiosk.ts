import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { KioskView } from '../../core/screen.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kiosk } from '../../ports/kiosk.ts';
import { isFromHere } from './guard.ts';
import { type Live, liveSockets } from './live-sockets.ts';
import { answerPage, pathOf } from './page-files.ts';

/** One page keeps a handful of connections; a machine gone mad gets no more. */
const connectionsMax = 64;
/** A page says every 15 s that it is there; one that has been silent for this long hangs, or is gone. */
const silentMaxMs = 60_000;

export interface HttpKioskOptions {
  /** On loopback; 0 for any free one. */
  port: number;
  clock: Clock;
}

export interface HttpKiosk extends Kiosk {
  /** `http://127.0.0.1:PORT`, once started. */
  readonly url: string;
}

/**
 * The screen as a page in a browser on the same machine: the built page over HTTP, and a socket at `/live` that sends
 * the view and takes what is touched.
 */
export function httpKiosk({ port, clock }: HttpKioskOptions): HttpKiosk {
  let view: KioskView | undefined;
  let server: Server | undefined;
  let live: Live | undefined;
  let url = '';
  return {
    get url() {
      return url;
    },
    async start({ onAction }) {
      const sockets = liveSockets({ clock, onAction, view: () => view });
      const listening = createServer((request, response) => {
        void answerPage(request, response, {
          '/health': () => ({ status: 200, body: health(view) }),
          '/health/page': () => pageHealth(sockets.silentMs()),
        });
      });
      listening.maxConnections = connectionsMax;
      listening.on('upgrade', (request, socket, head) => {
        // Whoever resets the line has said all there is to say.
        socket.on('error', () => undefined);
        const refusal = refusalOf(request);
        if (refusal) socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        else sockets.accept(request, socket, head);
      });
      url = `http://127.0.0.1:${await listen(listening, port)}`;
      server = listening;
      live = sockets;
    },
    show(next) {
      view = next;
      live?.show(next);
    },
    async stop() {
      live?.stop();
      live = undefined;
      const closing = server;
      server = undefined;
      if (!closing) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      closing.closeAllConnections();
      await closed;
    },
  };
}

function refusalOf(request: IncomingMessage): string | undefined {
  if (!isFromHere(request)) return '403 Forbidden';
  return pathOf(request) === '/live' ? undefined : '404 Not Found';
}

/** `starting` until every door was read. */
function health(view: KioskView | undefined): { status: 'ok' | 'starting' } {
  return { status: view === undefined || view.screen.name === 'starting' ? 'starting' : 'ok' };
}

/** 503 asks whoever started the browser to start it anew. */
function pageHealth(silentMs: number): { status: number; body: object } {
  return { status: silentMs > silentMaxMs ? 503 : 200, body: { silentMs: Math.round(silentMs) } };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is taken by another program' : cause.message;
      const message = `cannot show the kiosk on port ${port}: ${why}; choose another with --kiosk-port`;
      reject(Object.assign(new Error(message, { cause }), { code: 'KIOSK_PORT' }));
    });
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
