import { connect, type Socket } from 'node:net';
import type { ByteLine, ByteStream, ByteStreamListener, OpenedByteStream } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { streamSession } from './stream-session.ts';

export const CONNECT_TIMEOUT_MS = 3_000;
/** A scanner's line may be silent for days; without probes a dead converter would never be noticed. */
const KEEP_ALIVE_MS = 10_000;

/** Raw bytes over TCP, as serial-to-Ethernet converters, ser2net and the simulator speak them. */
export function tcpLine({ host, port, clock }: { host: string; port: number; clock: Clock }): ByteLine {
  const name = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    name,
    open: (listener) =>
      new Promise((resolve) => {
        const socket = connect({
          host,
          port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: KEEP_ALIVE_MS,
        });
        const timedOut = clock.after(CONNECT_TIMEOUT_MS, () => {
          const words = `no connection to ${name} within ${CONNECT_TIMEOUT_MS} ms`;
          socket.destroy(Object.assign(new Error(words), { code: 'ETIMEDOUT' }));
        });
        const refuse = (error: NodeJS.ErrnoException) => {
          timedOut();
          resolve({ ok: false, reason: reasonOf(error.code), detail: `${name}: ${wordsOf(error)}` });
        };
        socket.once('error', refuse);
        socket.once('connect', () => {
          timedOut();
          socket.off('error', refuse);
          resolve({ ok: true, stream: socketStream(socket, listener) });
        });
      }),
  };
}

function socketStream(socket: Socket, listener: ByteStreamListener): ByteStream {
  const session = streamSession(listener);
  let detail = 'closed';
  socket.on('data', session.received);
  socket.on('end', () => {
    detail = 'the other side closed the connection';
  });
  socket.on('error', (error) => {
    detail = error.message;
  });
  socket.on('close', () => session.ended(detail));
  return {
    write: (bytes) => session.write((taken) => socket.write(bytes, (error) => taken(!error))),
    close: async () => {
      socket.destroy();
      await session.whenEnded;
    },
  };
}

/** A host with several addresses fails with an error that has no words of its own. */
function wordsOf({ message, code = '' }: NodeJS.ErrnoException): string {
  return message.includes(code) ? message : `${code} ${message}`.trim();
}

type Reason = Extract<OpenedByteStream, { ok: false }>['reason'];

const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'line missing',
  ENOTFOUND: 'line missing',
  EAI_AGAIN: 'line missing',
  EHOSTUNREACH: 'line missing',
  ENETUNREACH: 'line missing',
  EHOSTDOWN: 'line missing',
  ETIMEDOUT: 'line missing',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

function reasonOf(code = ''): Reason {
  return reasons[code] ?? 'line failed';
}
