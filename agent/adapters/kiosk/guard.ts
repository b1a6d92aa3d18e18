import type { IncomingMessage } from 'node:http';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request may come in. The kiosk has no accounts and opens doors for codes, so no web page from elsewhere may
 * reach it through this machine's browser: not under a name of its own that points here (Host), and not across sites
 * (Origin). Programs send no Origin.
 */
export function isFromHere({ headers: { host, origin } }: IncomingMessage): boolean {
  if (host === undefined || !loopbackNames.has(host.replace(/:\d+$/, ''))) return false;
  return origin === undefined || origin === `http://${host}`;
}
