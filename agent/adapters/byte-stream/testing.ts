import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteInbox } from '../../contracts/byte-stream.contract.ts';

/** A TCP server on loopback that plays the far end of a line; the newest connection is the peer. */
export async function tcpPeer() {
  const inbox = byteInbox();
  const sockets = new Set<Socket>();
  let newest: Socket | undefined;
  const server = createServer((socket) => {
    newest = socket;
    sockets.add(socket);
    socket.on('data', inbox.push);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    received: inbox.received,
    send: (bytes: Uint8Array) => newest?.write(bytes),
    drop: () => newest?.destroy(),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A pty made by `socat` whose far end is a TCP port on loopback; it hangs up when that connection ends. */
export async function ptyTo(port: number) {
  const folder = mkdtempSync(join(tmpdir(), 'lw-pty-'));
  const path = join(folder, 'line');
  const socat = spawn(
    'socat',
    ['-d', '-d', '-t', '0.05', `pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${port}`],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const exited = once(socat, 'exit');
  for await (const words of socat.stderr.iterator({ destroyOnReturn: false })) {
    if (String(words).includes('starting data transfer loop')) break;
  }
  socat.stderr.resume();
  // While nobody has the pty open socat reads a hang-up and ends; this handle keeps it between two openings.
  const held = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  return {
    path,
    close: async () => {
      closeSync(held);
      socat.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A second program that opens the serial line as this one does, and holds it until told to end. */
export async function openElsewhere({ path, user }: { path: string; user?: number | undefined }) {
  const program = `
    const { serialLine } = await import(${JSON.stringify(new URL('serial-line.ts', import.meta.url))});
    const { realClock } = await import(${JSON.stringify(new URL('../clock/real-clock.ts', import.meta.url))});
    const user = Number(process.env.USER_ID);
    if (user > 0) {
      process.setgroups([]);
      process.setgid(user);
      process.setuid(user);
    }
    const line = serialLine({ path: process.env.LINE, baudRate: 9600, clock: realClock() });
    const { stream, ...said } = await line.open({ onBytes() {}, onClosed() {} });
    console.log(JSON.stringify(said));
    process.stdin.resume().on('end', () => process.exit());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, LINE: path, USER_ID: String(user ?? 0) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [said] = await once(child.stdout, 'data');
  return {
    said: JSON.parse(String(said)) as object,
    end: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
