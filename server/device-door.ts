import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { RenewRequest } from '@latchwork/shared';
import type { Kysely } from 'kysely';
import { type CertificateAuthority, type Renewal, renewCertificate } from './access/index.ts';
import type { Tables } from './database/index.ts';
import type { Machine } from './foundation.ts';

const path = '/v1/device/certificate';
const bodyBytesMax = 16 * 1024;
const requestTimeoutMs = 15_000;
const connectionsMax = 1_000;

const statusOf = {
  'not due': 204,
  'certificate request bad': 400,
  'certificate not known': 403,
  'too soon': 429,
} as const satisfies Record<Extract<Renewal, { ok: false }>['reason'], number>;

export interface DeviceDoor {
  /** `https://lockers.example:8444/v1/device/certificate` */
  url: string;
  stop(): Promise<void>;
}

/**
 * HTTPS for lockers' computers, which show their certificates: the one line that stays open for one that has
 * expired, to renew it. With `host` on every address of the machine, else on loopback. Rejects when the port is taken.
 */
export async function openDeviceDoor(
  { port, host, own }: { port: number; host: string | undefined; own: { key: string; certificate: string } },
  parts: { db: Kysely<Tables>; authority: CertificateAuthority } & Pick<Machine, 'clock' | 'logger'>,
): Promise<DeviceDoor> {
  const server = createServer(
    {
      key: own.key,
      cert: own.certificate,
      ca: parts.authority.certificate,
      minVersion: 'TLSv1.2',
      requestCert: true,
      // An expired one must come as far as to be looked at: `renewCertificate` trusts nothing of the handshake but the key.
      rejectUnauthorized: false,
      requestTimeout: requestTimeoutMs,
      handshakeTimeout: requestTimeoutMs,
    },
    (request, response) => {
      answer(request, response, parts).catch((error: unknown) => {
        parts.logger.error({ err: error }, 'a certificate could not be renewed');
        response.writeHead(500).end();
      });
    },
  );
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined && { host: '127.0.0.1' }) }, () => resolve());
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `https://${host ?? '127.0.0.1'}:${chosen}${path}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: Parameters<typeof openDeviceDoor>[1],
): Promise<void> {
  const raw = request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().raw : undefined;
  if (request.method !== 'POST' || request.url !== path) return end(response, 404);
  if (!raw) return end(response, 401);
  const body = RenewRequest.safeParse(await readJson(request));
  if (!body.success) return end(response, 400);
  const presented = new X509Certificate(raw);
  const nowMs = parts.clock.nowMs();
  const renewal = await renewCertificate(parts, { presented, request: body.data.request, nowMs });
  if (!renewal.ok) {
    if (renewal.reason !== 'not due')
      parts.logger.warn(
        { subject: presented.subject, reason: renewal.reason },
        'a certificate was not renewed',
      );
    return end(response, statusOf[renewal.reason]);
  }
  parts.logger.info({ subject: presented.subject }, 'a certificate was renewed');
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ certificate: renewal.certificate }));
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
