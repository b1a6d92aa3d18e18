import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { isFromHere } from './guard.ts';

/** Where the page's build is put. */
const pageFolder = join(import.meta.dirname, '../../kiosk/dist');

/** The only paths that can name a file: no dots in front, no folder but the build's own, nothing to decode. */
const filePath = /^\/(assets\/)?[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$/;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const notBuilt = `<!doctype html><title>Kiosk</title>
<p>The locker runs, but its page has not been built: run <code>vite build agent/kiosk</code>.</p>`;

interface Answer {
  status: number;
  type: string;
  cache: string;
  content: string | Uint8Array;
}

/** What a path says of how things are, as JSON. */
export type States = Readonly<Record<string, () => { status: number; body: object }>>;

/** Answers one request for the page, its files or one of the states. Never rejects. */
export async function answerPage(
  request: IncomingMessage,
  response: ServerResponse,
  states: States,
): Promise<void> {
  const { status, type, cache, content } = await answerTo(request, states);
  // Whoever hung up in the middle of asking hears no answer.
  if (response.destroyed) return;
  // A body is never read, so the connection cannot carry another request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(content),
    'cache-control': cache,
    'content-security-policy': policy,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').replace(/[?#].*$/s, '');
}

async function answerTo(request: IncomingMessage, states: States): Promise<Answer> {
  if (!isFromHere(request)) return words(403, 'the kiosk answers its own machine only');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return words(405, 'the kiosk only shows; touches come over its socket at /live');
  const path = pathOf(request) === '/' ? '/index.html' : pathOf(request);
  const state = states[path]?.();
  if (state)
    return {
      status: state.status,
      type: types['.json'] ?? '',
      cache: 'no-store',
      content: JSON.stringify(state.body),
    };
  const type = filePath.test(path) ? types[extname(path)] : undefined;
  if (type === undefined) return words(404, 'there is no such page');
  try {
    // What lies in assets bears the hash of its content in its name.
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    return { status: 200, type, cache, content: await readFile(join(pageFolder, path)) };
  } catch {
    if (path !== '/index.html') return words(404, 'there is no such page');
    return { status: 200, type, cache: 'no-store', content: notBuilt };
  }
}

function words(status: number, content: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', cache: 'no-store', content };
}
