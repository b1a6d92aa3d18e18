import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnrolRequest } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { loadConfig } from './config.ts';
import { testAuthority } from './contracts/test-authority.ts';
import { enrol } from './enrol.ts';
import { answer, cabinet, failureOf, serverThatSays } from './enrol-testing.ts';
import { readIdentity } from './identity.ts';

let folder: string;
const ends: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-certificate-'));
  writeFileSync(join(folder, 'cabinet.json'), JSON.stringify(cabinet));
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, 'data');
const enrolAt = (server: string, replace = false) =>
  enrol({
    ...{ server, claim: 'THE-CLAIM', folder: data(), replace, clock: manualClock() },
    cabinet: join(folder, 'cabinet.json'),
  });

describe('the certificate', () => {
  const secure = { ...answer.broker, mqtts: 'mqtts://127.0.0.1:8883', wss: 'wss://127.0.0.1:8084/mqtt' };
  /** A server that signs whatever it is asked to sign, for this name. */
  const signing = async (name = answer.lockerId, broker: object = secure, more: object = {}) => {
    const { authority, certify } = await testAuthority();
    const server = await serverThatSays(200, async ({ request = '' }: EnrolRequest) => ({
      ...{ ...answer, broker, authority },
      certificate: await certify(name, request),
      ...more,
    }));
    ends.push(server.stop);
    return server;
  };

  it('is for a key that is made here, kept for this user alone, and never sent', async () => {
    const { url, asked } = await signing();
    await enrolAt(url);
    const identity = readIdentity(data());
    if (!identity) throw new Error('no identity');
    const { certificate, key, authority } = identity;
    const own = new X509Certificate(certificate);
    expect(own.subject).toBe('CN=gb-testlock');
    expect(own.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(own.verify(new X509Certificate(authority).publicKey)).toBe(true);
    expect(statSync(join(data(), 'device.key')).mode & 0o777).toBe(0o600);
    for (const line of key.split('\n').slice(1, -2)) expect(asked[0]?.body).not.toContain(line);
    chmodSync(join(data(), 'device.key'), 0o640);
    expect(() => readIdentity(data())).toThrow('others may read');
  });

  it.each([
    ['by mqtts', secure, secure.mqtts],
    ['by wss where nothing else asks for it', { ws: secure.ws, wss: secure.wss }, secure.wss],
    ['by plain mqtt where nothing asks for it', answer.broker, answer.broker.mqtt],
  ])('is brought to the broker %s', async (_how, broker, chosen) => {
    const { url } = await signing(undefined, broker);
    await enrolAt(url);
    expect(loadConfig(data()).brokerUrl).toBe(chosen);
  });

  it.each([
    ['another locker', 'gb-otherlck', {}],
    ['somebody else’s key', undefined, { certificate: 'other' }],
    ['an authority that did not sign it', undefined, { authority: 'other' }],
    ['nothing that is one', undefined, { certificate: 'nonsense' }],
  ])('for %s is no answer, and leaves the folder as it was', async (_what, name, change) => {
    const other = await testAuthority();
    const { certificate } = await other.broker();
    const more = Object.fromEntries(
      Object.entries(change).map(([field, value]) => [
        field,
        value === 'nonsense' ? value : field === 'authority' ? other.authority : certificate,
      ]),
    );
    const { url } = await signing(name, secure, more);
    expect((await failureOf(enrolAt(url))).message).toContain('not for this locker');
    expect(readdirSync(data())).toEqual([]);
  });

  it('goes aside with the key and the database of the locker before', async () => {
    const { url } = await signing();
    await enrolAt(url);
    const before = readIdentity(data());
    await enrolAt(url, true);
    expect(readIdentity(data())?.key).not.toBe(before?.key);
    expect(readdirSync(join(data(), 'replaced-1'))).toEqual(
      expect.arrayContaining(['device.key', 'device.crt', 'authority.crt']),
    );
  });
});
