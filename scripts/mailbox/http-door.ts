import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mailboxPage, mailFrame } from './mail-pages.ts';
import type { Mail, MailStore } from './mail-store.ts';

const readersMax = 32;

/** The mailbox's own page: everything from here, nothing inline. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail's HTML: no script, nothing fetched, and a world of its own even when opened without the frame. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
  "form-action 'none'; frame-ancestors 'self'";

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface HttpDoor {
  port: number;
  stop(): Promise<void>;
}

/** Shows the mails, on loopback only. Rejects when the port cannot be had. */
export async function openHttpDoor({ store, port }: { store: MailStore; port: number }): Promise<HttpDoor> {
  const readers = new Set<ServerResponse>();
  const off = store.onAdd(() => {
    for (const reader of readers) reader.write('event: mail\ndata:\n\n');
  });
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/[?#].*$/s, '');
    if (isFromHere(request) && request.method === 'GET' && path === '/events')
      return follow(readers, response);
    return send(response, answerTo(store, request, path));
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      off();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

interface Answer {
  status: number;
  type: string;
  content: string;
  policy?: string;
}

function answerTo(store: MailStore, request: IncomingMessage, path: string): Answer {
  if (!isFromHere(request)) return words(403, 'The mailbox answers its own machine only.');
  if (request.method !== 'GET') return words(405, 'The mailbox can only be read.');
  switch (path) {
    case '/':
      return html(mailboxPage(store.list(), undefined));
    case '/api/mails':
      return {
        status: 200,
        type: 'application/json',
        content: JSON.stringify(store.list().map(forPrograms)),
      };
    case '/mailbox.css':
      return { status: 200, type: 'text/css; charset=utf-8', content: ownFile('mailbox.css') };
    case '/mailbox.js':
      return { status: 200, type: 'text/javascript; charset=utf-8', content: ownFile('mailbox.js') };
  }
  const [, id, isFrame] = /^\/mails\/(\d{1,8})(\/html)?$/.exec(path) ?? [];
  const mail = store.find(Number(id));
  if (!mail) return words(404, 'There is no such mail, or no such page.');
  if (!isFrame) return html(mailboxPage(store.list(), mail));
  return { ...html(mailFrame(mail.html ?? '')), policy: mailPolicy };
}

function forPrograms({ id, at, from, to, subject, text }: Mail) {
  return { id, at, from, to, subject, text };
}

function ownFile(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}

function html(content: string): Answer {
  return { status: 200, type: 'text/html; charset=utf-8', content };
}

function words(status: number, content: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', content };
}

/** Mails hold codes, so nothing is kept in a cache. */
function send(response: ServerResponse, { status, type, content, policy = pagePolicy }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
}

/** Server-sent events: one for each mail that comes. */
function follow(readers: Set<ServerResponse>, response: ServerResponse): void {
  if (readers.size >= readersMax) return send(response, words(503, 'Too many pages are open.'));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(':\n\n');
  readers.add(response);
  response.on('close', () => readers.delete(response));
}

/**
 * The mailbox has no accounts and shows codes, so no page from elsewhere may read it: not under a name of its own that
 * points here (Host), and not across sites (Origin).
 */
function isFromHere({ headers: { host, origin } }: IncomingMessage): boolean {
  if (host === undefined || !loopbackNames.has(host.replace(/:\d+$/, ''))) return false;
  return origin === undefined || origin === `http://${host}`;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
