import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { byteInbox, byteStreamContract } from '../../contracts/byte-stream.contract.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { realClock } from '../clock/real-clock.ts';
import { fakeLine } from './fake-line.ts';
import { isLineUrl, lineFromUrl } from './line-from-url.ts';
import { serialLine } from './serial-line.ts';
import { CONNECT_TIMEOUT_MS, tcpLine } from './tcp-line.ts';
import { openElsewhere, ptyTo, tcpPeer } from './testing.ts';

const clock = realClock();
/** The user id that Linux keeps for a user who may nothing. */
const NOBODY = 65_534;
const nobody = { onBytes: () => {}, onClosed: () => {} };

byteStreamContract('fake', async () => {
  const { line, peer } = fakeLine();
  const absent = fakeLine('absent');
  absent.peer.unplug();
  const inbox = byteInbox();
  peer.onBytes = inbox.push;
  return {
    line,
    absent: absent.line,
    exclusive: true,
    peer: { received: inbox.received, send: peer.send, drop: () => peer.unplug() },
    dispose: async () => {},
  };
});

byteStreamContract('tcp', async () => {
  const peer = await tcpPeer();
  const closed = await tcpPeer();
  await closed.close();
  return {
    line: lineFromUrl(`tcp://127.0.0.1:${peer.port}`, { baudRate: 9600, clock }),
    absent: tcpLine({ host: '127.0.0.1', port: closed.port, clock }),
    exclusive: false,
    peer,
    dispose: peer.close,
  };
});

describe.skipIf(!inject('tools').socat)('serial over a pty', () => {
  byteStreamContract('serial', async () => {
    const peer = await tcpPeer();
    const pty = await ptyTo(peer.port);
    return {
      line: lineFromUrl(pty.path, { baudRate: 9600, clock }),
      absent: serialLine({ path: `${pty.path}-absent`, baudRate: 9600, clock }),
      exclusive: true,
      peer,
      dispose: async () => {
        await pty.close();
        await peer.close();
      },
    };
  });

  it('says that another program has the line, and has it as soon as that one ends', async () => {
    const peer = await tcpPeer();
    const pty = await ptyTo(peer.port);
    const line = serialLine({ path: pty.path, baudRate: 9600, clock });
    const other = await openElsewhere({ path: pty.path });
    expect(other.said).toMatchObject({ ok: true });
    expect(await line.open(nobody)).toEqual({
      ok: false,
      reason: 'line busy',
      detail: `${pty.path} is held by another program`,
    });
    await other.end();
    const opened = await line.open(nobody);
    expect(opened).toMatchObject({ ok: true });
    if (opened.ok) await opened.stream.close();
    await pty.close();
    await peer.close();
  });

  it('says that it may not open the line', async () => {
    const peer = await tcpPeer();
    const pty = await ptyTo(peer.port);
    const path = realpathSync(pty.path);
    chmodSync(path, 0);
    // Whoever is above all permissions lets a program without them try.
    const user = process.getuid?.() === 0 ? NOBODY : undefined;
    const other = await openElsewhere({ path, user });
    expect(other.said).toMatchObject({
      ok: false,
      reason: 'permission denied',
      detail: expect.stringContaining(`${path} may not be opened`),
    });
    await other.end();
    await pty.close();
    await peer.close();
  });
});

it('tells a file that is no serial port from a missing one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lw-line-'));
  const path = join(folder, 'file');
  writeFileSync(path, '');
  expect(await serialLine({ path, baudRate: 9600, clock }).open(nobody)).toMatchObject({
    reason: 'line failed',
    detail: expect.stringContaining('is not a serial port'),
  });
  for (const other of ['/dev/null', folder]) {
    expect(await serialLine({ path: other, baudRate: 9600, clock }).open(nobody)).toMatchObject({
      reason: 'line failed',
      detail: `${other} is not a serial port: check the url of the line`,
    });
  }
  expect(await serialLine({ path: join(path, 'below'), baudRate: 9600, clock }).open(nobody)).toMatchObject({
    ok: false,
  });
  rmSync(folder, { recursive: true });
});

it('gives up on a host that does not answer', async () => {
  const manual = manualClock();
  // 192.0.2.0/24 is set aside for documentation (RFC 5737): at best nothing answers, at worst it is refused.
  const opening = tcpLine({ host: '192.0.2.1', port: 9, clock: manual }).open(nobody);
  await manual.advance(CONNECT_TIMEOUT_MS);
  expect(await opening).toMatchObject({ ok: false, reason: 'line missing' });
});

it('says which converter refused, and how', async () => {
  const peer = createServer().listen(0, '127.0.0.1');
  await once(peer, 'listening');
  const { port } = peer.address() as AddressInfo;
  await new Promise((done) => peer.close(done));
  expect(await tcpLine({ host: '127.0.0.1', port, clock }).open(nobody)).toMatchObject({
    reason: 'line missing',
    detail: expect.stringMatching(`^tcp://127.0.0.1:${port}: .*ECONNREFUSED`),
  });
});

it('answers a write that was under way when the line closed', async () => {
  const peer = await tcpPeer();
  const opened = await tcpLine({ host: '127.0.0.1', port: peer.port, clock }).open(nobody);
  if (!opened.ok) throw new Error(opened.detail);
  const flood = new Uint8Array(64 * 1024 * 1024);
  const written = opened.stream.write(flood);
  await peer.received(1);
  await opened.stream.close();
  expect(await written).toBe(false);
  await peer.close();
});

it('knows which words name a line', () => {
  const good = [
    '/dev/ttyUSB0',
    '/dev/serial/by-id/usb-x',
    'tcp://10.0.0.5:4001',
    'tcp://[::1]:7',
    'tcp://converter.local:23',
  ];
  const bad = [
    '',
    'ttyUSB0',
    'tcp://host',
    'tcp://host:0',
    'tcp://:5',
    'http://host:80',
    'tcp://u:p@host:1',
    'tcp://h:1/x',
    '/a\0b',
  ];
  expect(good.filter((url) => !isLineUrl(url))).toEqual([]);
  expect(bad.filter(isLineUrl)).toEqual([]);
  expect(() => lineFromUrl('ttyUSB0', { baudRate: 9600, clock })).toThrow('/dev/ttyUSB0');
  expect(lineFromUrl('tcp://[::1]:7', { baudRate: 9600, clock }).name).toBe('tcp://[::1]:7');
});

it('is released by the time close resolves, so that another may have it', async () => {
  const { line, peer } = fakeLine();
  const opened = await line.open(nobody);
  if (!opened.ok) throw new Error(opened.detail);
  await opened.stream.close();
  expect(peer.isOpen).toBe(false);
  expect((await line.open(nobody)).ok).toBe(true);
});
