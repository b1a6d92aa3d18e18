import type { Socket } from 'node:net';
import type { Client } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { inbox } from '../../contracts/inbox.ts';
import { uplinkContract, uplinkLog } from '../../contracts/uplink.contract.ts';
import type { Uplink, UplinkKind } from '../../ports/uplink.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { realClock } from '../clock/real-clock.ts';
import { fakeUplink } from './fake-uplink.ts';
import { mqttUplink } from './mqtt-uplink.ts';
import { packetGuard } from './packet-guard.ts';
import { locker, rawServer, testBroker } from './testing.ts';

uplinkContract('fake', async () => {
  const uplink = fakeUplink();
  const received = inbox<{ kind: UplinkKind | 'will'; payload: string }>();
  uplink.onReceived = (kind, payload) => received.push({ kind, payload: new TextDecoder().decode(payload) });
  return {
    uplink,
    received: received.next,
    deliver: uplink.deliver,
    setReachable: async (reachable) => uplink.setReachable(reachable),
    dispose: async () => undefined,
  };
});

for (const transport of ['mqtt', 'ws'] as const)
  uplinkContract(`MQTT over ${transport}`, async () => {
    const broker = await testBroker(transport);
    const uplink = mqttUplink({ url: broker.url, locker, password: 'right', clock: realClock() });
    return {
      uplink,
      received: broker.received,
      deliver: broker.deliver,
      setReachable: broker.setReachable,
      dispose: async () => {
        await uplink.disconnect();
        await broker.close();
      },
    };
  });

describe('the MQTT uplink', () => {
  const will = new Uint8Array([1]);
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const uplinkTo = (url: string, password = 'right', clock = realClock()): Uplink => {
    const uplink = mqttUplink({ url, locker, password, clock });
    ends.push(uplink.disconnect);
    return uplink;
  };
  const brokerOf = async () => {
    const broker = await testBroker('mqtt');
    ends.push(broker.close);
    return broker;
  };
  const serverOf = async (onConnection: (socket: Socket) => void) => {
    const server = await rawServer(onConnection);
    ends.push(server.close);
    return server;
  };

  it('leaves no session behind, and bears the locker’s name', async () => {
    const broker = await brokerOf();
    const seen: Client[] = [];
    broker.aedes.on('client', (client) => seen.push(client));
    const log = uplinkLog();
    uplinkTo(broker.url).connect(log.listener, will);
    await log.next();
    expect(seen.map(({ id, clean, version }) => ({ id, clean, version }))).toEqual([
      { id: locker, clean: true, version: 4 },
    ]);
  });

  it('says that the broker refused it, without the password', async () => {
    const broker = await brokerOf();
    const log = uplinkLog();
    uplinkTo(broker.url, 'wrong-password').connect(log.listener, will);
    expect(await log.next()).toBe('down');
    expect(log.reason()).toMatch(/refused/i);
    expect(log.reason()).not.toContain('wrong-password');
  });

  it('takes a refused subscription for no line at all', async () => {
    const broker = await brokerOf();
    broker.aedes.authorizeSubscribe = (_client, subscription, done) => done(null, subscription && null);
    const log = uplinkLog();
    uplinkTo(broker.url).connect(log.listener, will);
    expect(await log.next()).toBe('down');
    expect(log.reason()).toContain('subscription');
  });

  it('gives up on a broker that takes the line and says nothing', async () => {
    const connected = inbox<Socket>();
    const server = await serverOf(connected.push);
    const clock = manualClock();
    const log = uplinkLog();
    uplinkTo(`mqtt://127.0.0.1:${server.port}`, 'right', clock).connect(log.listener, will);
    await connected.next();
    await clock.advance(60_000);
    expect(await log.next()).toBe('down');
    expect(log.reason()).toContain('in time');
  });

  it('hangs up on a packet longer than any of ours', async () => {
    // CONNACK; then a PUBLISH that announces 200 MB.
    const server = await serverOf((socket) =>
      socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0, 0x30, 0x80, 0x84, 0xaf, 0x5f]))),
    );
    const log = uplinkLog();
    uplinkTo(`mqtt://127.0.0.1:${server.port}`).connect(log.listener, will);
    expect(await log.next()).toBe('down');
    expect(log.reason()).toContain('too long');
  });

  it('hangs up on what is no broker', async () => {
    const server = await serverOf((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    for (const scheme of ['mqtt', 'ws']) {
      const log = uplinkLog();
      uplinkTo(`${scheme}://127.0.0.1:${server.port}`).connect(log.listener, will);
      expect(await log.next()).toBe('down');
    }
  });

  it('reports what was under way as unsent when the line goes, and never holds more than a few', async () => {
    const broker = await brokerOf();
    const log = uplinkLog();
    const uplink = uplinkTo(broker.url);
    uplink.connect(log.listener, will);
    await log.next();
    const arrived = inbox<string>();
    // Takes it and never answers.
    broker.aedes.authorizePublish = (_client, packet) => arrived.push(packet.topic);
    const sends = Array.from({ length: 20 }, () => uplink.send('events', will));
    await arrived.next();
    await broker.setReachable(false);
    expect(await Promise.all(sends)).toEqual(sends.map(() => false));
    expect(await log.next()).toBe('down');
  });

  it('does not wait for a broker that will not say good-bye', async () => {
    const broker = await brokerOf();
    const log = uplinkLog();
    const clock = manualClock();
    const uplink = uplinkTo(broker.url, 'right', clock);
    uplink.connect(log.listener, will);
    await log.next();
    const arrived = inbox<string>();
    broker.aedes.authorizePublish = (_client, packet) => arrived.push(packet.topic);
    const sent = uplink.send('events', will);
    await arrived.next();
    await clock.until(uplink.disconnect());
    expect(await sent).toBe(false);
  });
});

describe('the packet guard', () => {
  const packet = (length: number) => {
    const header = [0x30];
    for (let left = length; ; left >>= 7) {
      if (left < 128) {
        header.push(left);
        break;
      }
      header.push((left & 127) | 128);
    }
    return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
  };

  it.each([1, 2, 3, 1_000])('lets through what is short enough, in pieces of %i bytes', (pieceBytes) => {
    const isTooLong = packetGuard(300);
    const stream = Buffer.concat([packet(0), packet(127), packet(128), packet(300), packet(5)]);
    for (let at = 0; at < stream.length; at += pieceBytes)
      expect(isTooLong(stream.subarray(at, at + pieceBytes))).toBe(false);
    expect(isTooLong(packet(301).subarray(0, 3))).toBe(true);
  });

  it('says no to a length that never ends', () => {
    expect(packetGuard(300)(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x80]))).toBe(true);
  });
});
