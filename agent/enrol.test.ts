import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnrolRequest } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { sqliteStore } from './adapters/store/sqlite-store.ts';
import { loadConfig } from './config.ts';
import { type EnrolOptions, enrol } from './enrol.ts';
import { answer, cabinet, failureOf, serverThatSays as startServer } from './enrol-testing.ts';
import { readIdentity } from './identity.ts';
import { SetupError } from './setup-error.ts';

let folder: string;
const ends: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lw-enrol-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, 'data');
const cabinetFile = (content: unknown = cabinet) => {
  const path = join(folder, 'cabinet.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
};

const serverThatSays = async (...said: Parameters<typeof startServer>) => {
  const server = await startServer(...said);
  ends.push(server.stop);
  return server;
};
const enrolAt = (server: string, more: Partial<EnrolOptions> = {}) =>
  enrol({ server, claim: 'THE-CLAIM', folder: data(), replace: false, clock: manualClock(), ...more });

describe('enrolment', () => {
  it('spends the claim once and makes a folder from which the agent can run', async () => {
    const { url, asked } = await serverThatSays(200, answer);
    expect(await enrolAt(url, { cabinet: cabinetFile() })).toEqual({ lockerId: 'gb-testlock' });
    expect(asked.map(({ url }) => url)).toEqual(['/v1/enrol']);
    expect(EnrolRequest.parse(JSON.parse(asked[0]?.body ?? ''))).toEqual({
      claim: 'THE-CLAIM',
      request: expect.stringContaining('BEGIN CERTIFICATE REQUEST'),
    });
    // Of a server that signs no certificates.
    expect(readIdentity(data())).toBeUndefined();
    expect(loadConfig(data())).toMatchObject({
      lockerId: 'gb-testlock',
      lockerKey: answer.lockerKey,
      brokerUrl: answer.broker.mqtt,
      cabinet: { slots: [{ number: 1 }] },
    });
    expect(statSync(data()).mode & 0o777).toBe(0o700);
    expect(readdirSync(data()).sort()).toEqual(['agent.json', 'locker.key']);
    for (const name of readdirSync(data())) expect(statSync(join(data(), name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(data(), 'agent.json'), 'utf8')).not.toContain(answer.lockerKey);
  });

  it('takes the broker’s WebSocket where it offers nothing else, and a server under a path', async () => {
    const { url, asked } = await serverThatSays(201, { ...answer, broker: { ws: answer.broker.ws } });
    await enrolAt(`${url}/lockers`, { cabinet: cabinetFile() });
    expect(asked[0]?.url).toBe('/lockers/v1/enrol');
    expect(loadConfig(data()).brokerUrl).toBe(answer.broker.ws);
  });

  it('tells why the server refused', async () => {
    const problem = {
      type: '/problems/claimUsed',
      title: 'The claim was used',
      status: 409,
      detail: 'Ask for another.',
    };
    const { url } = await serverThatSays(409, problem, { 'content-type': 'application/problem+json' });
    const error = await failureOf(enrolAt(url));
    expect(error.code).toBe('refused');
    expect(error.message).toContain('The claim was used: Ask for another.');
    expect(existsSync(join(data(), 'locker.key'))).toBe(false);
  });

  it.each([
    ['no JSON', '<html>hello</html>'],
    ['an answer without a key', { ...answer, lockerKey: 'short' }],
    ['another locker’s kind of id', { ...answer, lockerId: '../../etc' }],
    ['a broker that cannot be', { ...answer, broker: { mqtt: 'ftp://127.0.0.1' } }],
    ['no broker', { ...answer, broker: {} }],
    ['an answer without end', 'x'.repeat(100_000)],
  ])('takes %s for no server, and leaves the folder as it was', async (_what, body) => {
    const { url } = await serverThatSays(200, body);
    expect((await failureOf(enrolAt(url))).code).toBe('server');
    expect(readdirSync(data())).toEqual([]);
  });

  it('follows no redirect with the claim', async () => {
    const { asked, url: elsewhere } = await serverThatSays(200, answer);
    const { url } = await serverThatSays(307, '', { location: `${elsewhere}/v1/enrol` });
    expect((await failureOf(enrolAt(url))).code).toBe('server');
    expect(asked).toEqual([]);
  });

  it('says that the server was not reached', async () => {
    const error = await failureOf(enrolAt('http://127.0.0.1:1'));
    expect([error.code, error.message]).toEqual(['server', expect.stringContaining('was not reached')]);
  });

  it('gives up on a server that does not answer', async () => {
    const asked = Promise.withResolvers<void>();
    const server = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const clock = manualClock();
    const failed = failureOf(
      enrolAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { clock }),
    );
    await asked.promise;
    await clock.advance(60_000);
    expect((await failed).message).toContain('no answer in time');
  });

  it.each([
    'http://lockers.example',
    'http://127.0.0.1.lockers.example',
    'ftp://127.0.0.1',
    'lockers.example',
    'https://me:pw@lockers.example',
  ])('sends no claim to %s', async (server) => {
    expect((await failureOf(enrolAt(server))).code).toBe('usage');
  });

  it('finds a wrong cabinet or a folder it cannot write before the claim is spent', async () => {
    const { url, asked } = await serverThatSays(200, answer);
    const wrong = cabinetFile({ ...cabinet, slots: [{ number: 0, board: 'b', channel: 9, size: 'XL' }] });
    expect((await failureOf(enrolAt(url, { cabinet: wrong }))).message).toContain('cabinet.json is wrong');
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect((await failureOf(enrolAt(url, { folder: join(file, 'data') }))).code).toBe('folder');
    expect(asked).toEqual([]);
  });

  it('keeps an enrolled folder unless told to replace it; then the old database is put aside', async () => {
    const { url, asked } = await serverThatSays(200, answer);
    await enrolAt(url, { cabinet: cabinetFile() });
    const store = sqliteStore(data());
    expect((await failureOf(enrolAt(url))).code).toBe('already enrolled');
    expect((await failureOf(enrolAt(url, { replace: true }))).message).toContain('another agent runs');
    store.close();
    expect(asked).toHaveLength(1);
    await enrolAt(url, { replace: true });
    expect(asked).toHaveLength(2);
    expect(existsSync(join(data(), 'agent.db'))).toBe(false);
    expect(readdirSync(join(data(), 'replaced-1'))).toEqual(
      expect.arrayContaining(['agent.db', 'locker.key']),
    );
    expect(loadConfig(data()).cabinet.slots).toHaveLength(1);
  });

  it('replaces a database that is damaged', async () => {
    const { url } = await serverThatSays(200, answer);
    await enrolAt(url, { cabinet: cabinetFile() });
    writeFileSync(join(data(), 'agent.db'), 'nothing that SQLite knows'.repeat(100));
    await enrolAt(url, { replace: true });
    sqliteStore(data()).close();
  });
});

describe('the configuration', () => {
  beforeEach(async () => {
    const { url } = await serverThatSays(200, answer);
    await enrolAt(url, { cabinet: cabinetFile() });
  });
  const rewrite = (change: object) => {
    const path = join(data(), 'agent.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
  };
  const failure = (overrides = {}) => {
    try {
      loadConfig(data(), overrides);
    } catch (error) {
      if (error instanceof SetupError) return error;
    }
    throw new Error('no SetupError');
  };

  it('is overruled by the command line', () => {
    rewrite({ scanner: { url: '/dev/ttyUSB1', baudRate: 115_200 } });
    const path = join(folder, 'other.json');
    writeFileSync(path, JSON.stringify({ ...cabinet, slots: [{ ...cabinet.slots[0], number: 7 }] }));
    const overrides = {
      brokerUrl: 'wss://a.example',
      kioskPort: 0,
      cabinet: path,
      scanner: 'tcp://127.0.0.1:9',
    };
    expect(loadConfig(data(), overrides)).toMatchObject({
      brokerUrl: 'wss://a.example',
      kioskPort: 0,
      scanner: { url: 'tcp://127.0.0.1:9', baudRate: 115_200 },
      cabinet: { slots: [{ number: 7 }] },
    });
  });

  it('may name the cabinet’s file, from its own folder', () => {
    rewrite({ cabinet: '../cabinet.json' });
    expect(loadConfig(data()).cabinet.slots).toHaveLength(1);
  });

  it.each([
    ['an unknown setting', { kioskprot: 1 }, 'kioskprot'],
    ['a password in an address', { brokerUrl: 'mqtt://me:pw@a.example' }, 'without a password'],
    ['a line that is none', { scanner: { url: 'COM1' } }, '/dev/ttyUSB0'],
    ['a missing cabinet', { cabinet: undefined }, '--cabinet'],
    ['a cabinet’s file that is not there', { cabinet: 'no.json' }, 'no.json'],
  ])('says what is wrong: %s', (_what, change, words) => {
    rewrite(change);
    expect(failure().message).toContain(words);
  });

  it('repeats nothing of a key file that is wrong', () => {
    writeFileSync(join(data(), 'locker.key'), `{"lockerKey": ${answer.lockerKey}`);
    expect(failure().message).toContain('locker.key is not JSON');
    expect(failure().message).not.toContain(answer.lockerKey);
  });

  it('refuses a key that others may read', () => {
    rmSync(join(data(), 'locker.key'));
    writeFileSync(join(data(), 'locker.key'), JSON.stringify(answer), { mode: 0o640 });
    expect(failure().message).toContain('chmod 600');
  });

  it('says how to enrol where nobody has', () => {
    rmSync(join(data(), 'locker.key'));
    expect(failure().code).toBe('not enrolled');
  });
});
