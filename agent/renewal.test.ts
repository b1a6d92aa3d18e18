import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RenewRequest } from '@latchwork/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { inbox } from './contracts/inbox.ts';
import { newIdentity, testAuthority } from './contracts/test-authority.ts';
import { pathsIn } from './data-folder.ts';
import { readIdentity } from './identity.ts';
import { keepRenewed } from './renewal.ts';

const lockerId = 'gb-testlock';
let folder: string;
let authority: Awaited<ReturnType<typeof testAuthority>>;
const ends: (() => void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lw-renewal-'));
  authority = await testAuthority();
  const { key, certificate } = await newIdentity(authority, lockerId);
  const { deviceKey, ...paths } = pathsIn(folder);
  writeFileSync(deviceKey, key, { mode: 0o600 });
  writeFileSync(paths.certificate, certificate);
  writeFileSync(paths.authority, authority.authority);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(folder, { recursive: true, force: true });
});

/** A server that answers what `say` makes of each request, and asks for a certificate. */
async function serverThat(say: (request: string) => Promise<{ status: number; certificate?: string }>) {
  const own = await authority.broker();
  const tls = { key: own.key, cert: own.certificate, ca: authority.authority, requestCert: true };
  const server = createServer({ ...tls, rejectUnauthorized: true }, async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { status, certificate } = await say(RenewRequest.parse(JSON.parse(text)).request);
    response.writeHead(status).end(certificate && JSON.stringify({ certificate }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/device/certificate`;
}

/** Starts it, and tells what it logged, one by one; `later` lets it wait no longer. */
function keep(url: string) {
  const clock = manualClock();
  const log = inbox<string>();
  const logger = {
    info: (words: string) => log.push(words),
    warn: ({ reason }: { reason: string }) => log.push(reason),
  };
  ends.push(keepRenewed({ folder, lockerId, url, clock, chance: 0.5, logger: logger as never }));
  return { next: log.next, later: (ms: number) => clock.advance(ms) };
}
const kept = () => readFileSync(pathsIn(folder).certificate, 'utf8');
/** With the chance of these tests, each wait is a twentieth longer. */
const waits = { firstMs: 63_000, dailyMs: 1.05 * 24 * 60 * 60_000, againMs: 1.05 * 60 * 60_000 };

it('asks a while after the start and daily, and keeps what it is given for its own key', async () => {
  const asked = inbox<string>();
  const answers = ['due', 'not due', 'due'];
  let given: string | undefined;
  const url = await serverThat(async (request) => {
    const answer = answers.shift() ?? '';
    asked.push(answer);
    if (answer !== 'due') return { status: 204 };
    given = await authority.certify(lockerId, request);
    return { status: 200, certificate: given };
  });
  const before = kept();
  const { next, later } = keep(url);
  await later(waits.firstMs);
  expect(await next()).toBe('the certificate was renewed');
  expect([kept(), kept() === before]).toEqual([given, false]);
  expect(readIdentity(folder)?.certificate).toBe(given);
  expect(await asked.next()).toBe('due');
  await later(waits.dailyMs);
  expect(await asked.next()).toBe('not due');
});

it.each([
  ['another locker’s', async (request: string) => authority.certify('gb-otherlck', request)],
  ['another key’s', async () => (await newIdentity(authority, lockerId)).certificate],
  ['another authority’s', async (request: string) => (await testAuthority()).certify(lockerId, request)],
])('does not keep %s certificate', async (_whose, certify) => {
  const url = await serverThat(async (request) => ({ status: 200, certificate: await certify(request) }));
  const before = kept();
  const { next, later } = keep(url);
  await later(waits.firstMs);
  expect(await next()).toContain('not for this locker');
  expect(kept()).toBe(before);
});

it('asks again after an hour where nobody answers or the server is not the one it knows', async () => {
  let status = 500;
  const url = await serverThat(async () => ({ status }));
  const before = kept();
  const { next, later } = keep(url);
  await later(waits.firstMs);
  expect(await next()).toContain('status 500');
  status = 403;
  await later(waits.againMs);
  expect(await next()).toContain('status 403');
  writeFileSync(pathsIn(folder).authority, (await testAuthority()).authority);
  await later(waits.againMs);
  expect(await next()).toMatch(/verify|issuer|signature/);
  expect(kept()).toBe(before);
});
