import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openNetwork } from './network.ts';
import { listen } from './tcp-port.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that sends back what it hears, behind a relay. */
async function relayedEcho() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  const targetPort = await listen(server, 0);
  const network = await openNetwork([{ name: 'mqtt', listenPort: 0, targetPort }], false);
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  }, network.stop);
  const port = Number(new URL(network.addresses.mqtt ?? '').port);
  const call = async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    ends.push(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  return { network, call };
}

describe('the network between', () => {
  it('carries bytes both ways', async () => {
    const { call } = await relayedEcho();
    const socket = await call();
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
  });

  it('ends what is connected when it is cut, lets nothing through, and heals', async () => {
    const { network, call } = await relayedEcho();
    const before = await call();
    const ended = once(before, 'close');
    network.setCut(true);
    await ended;

    const during = await call();
    during.write('anyone?');
    const heard: unknown[] = [];
    during.on('data', (bytes) => heard.push(bytes));
    await once(during, 'close');
    expect(heard).toEqual([]);

    network.setCut(false);
    const after = await call();
    after.write('again');
    expect(String((await once(after, 'data'))[0])).toBe('again');
  });

  it('leaves no relay open when one of them cannot be had', async () => {
    const { network } = await relayedEcho();
    const taken = Number(new URL(network.addresses.mqtt ?? '').port);
    const plans = [
      { name: 'one', listenPort: 0, targetPort: 9 },
      { name: 'two', listenPort: taken, targetPort: 9 },
    ];
    await expect(openNetwork(plans, false)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
