import { realpathSync } from 'node:fs';
import { posix } from 'node:path';
import type { ByteLine } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { serialLine } from './serial-line.ts';
import { tcpLine } from './tcp-line.ts';

/** Makes the line that configuration names: `/dev/ttyUSB0` or `tcp://host:port`. Throws where `isLineUrl` says no. */
export function lineFromUrl(url: string, { baudRate, clock }: { baudRate: number; clock: Clock }): ByteLine {
  const place = parse(url);
  if (place === undefined)
    throw Object.assign(new Error(`not a line: ${url}; ${LINE_URL_HINT}`), { code: 'LINE_URL' });
  return 'path' in place ? serialLine({ ...place, baudRate, clock }) : tcpLine({ ...place, clock });
}

export const LINE_URL_HINT = 'a line is a device path such as /dev/ttyUSB0, or tcp://host:port';

export function isLineUrl(url: string): boolean {
  return parse(url) !== undefined;
}

/**
 * Equal for two urls that lead to the same line, however they are written: links such as those in `/dev/serial/by-id` are
 * followed where they are there now. Two names of one host are not known to be one.
 */
export function lineIdentity(url: string): string {
  const place = parse(url);
  if (place === undefined) return url;
  if ('path' in place) return realPath(place.path);
  const host = place.host.toLowerCase().replace(/\.$/, '');
  return `tcp://${host === 'localhost' ? '127.0.0.1' : host}:${place.port}`;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return posix.normalize(path).replace(/(?<=.)\/$/, '');
  }
}

function parse(url: string): { path: string } | { host: string; port: number } | undefined {
  if (/^\/[^\0]+$/.test(url)) return { path: url };
  if (!url.startsWith('tcp://')) return undefined;
  const parsed = URL.parse(url);
  if (!parsed?.hostname || parsed.port === '' || parsed.port === '0') return undefined;
  if (
    parsed.username ||
    parsed.password ||
    parsed.search ||
    parsed.hash ||
    !['', '/'].includes(parsed.pathname)
  ) {
    return undefined;
  }
  return { host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(parsed.port) };
}
