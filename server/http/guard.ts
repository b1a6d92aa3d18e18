import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendProblem } from './problems.ts';

/** Pages take scripts, styles and data from here alone, and nobody may frame them. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const safeMethods = new Set(['GET', 'HEAD']);
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * There are no accounts yet, so whoever reaches this server may do everything: it answers only under this
 * machine's own names (a page elsewhere could point its own name here), and writes only for its own pages and for
 * programs, which send no Origin.
 */
export function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Request-Id': request.id,
    });
    if (!isLoopback(request.headers.host)) return sendProblem(reply, 'host not allowed');
    if (!safeMethods.has(request.method) && !isOwnOrigin(request))
      return sendProblem(reply, 'origin not allowed');
    return undefined;
  });
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && loopbackHosts.has(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

/** Fetch standard, section 3.2: every browser names the origin of a write. */
function isOwnOrigin({ headers }: FastifyRequest): boolean {
  if (headers.origin !== undefined) return headers.origin === `http://${headers.host}`;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
