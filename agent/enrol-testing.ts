import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EnrolRequest } from '@latchwork/shared';
import { SetupError } from './setup-error.ts';

/** What a server says that signs no certificates. */
export const answer = {
  lockerId: 'gb-testlock',
  lockerKey: 'k'.repeat(43),
  broker: { mqtt: 'mqtt://127.0.0.1:1883', ws: 'ws://127.0.0.1:8083/mqtt' },
  serverVersion: '0.1.0',
};
export const cabinet = {
  lines: [{ name: 'lock', url: '/dev/ttyUSB0' }],
  boards: [{ name: 'a', profile: 'bcc8a', line: 'lock', address: 1, channels: 8 }],
  slots: [{ number: 1, board: 'a', channel: 1, size: 'S' }],
};

/** Failures in words are looked at for the claim that was brought. */
export async function failureOf(promise: Promise<unknown>): Promise<SetupError> {
  const error = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof SetupError)) throw new Error(`not a SetupError: ${error}`);
  if (error.message.includes('THE-CLAIM')) throw new Error('the claim was quoted');
  return error;
}

/** A server that answers every request alike; what was asked of it is kept. */
export async function serverThatSays(
  status: number,
  body: unknown | ((request: EnrolRequest) => Promise<object>),
  headers: Record<string, string> = {},
) {
  const asked: { url: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push({ url: request.url, body: text });
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    const said = typeof body === 'function' ? await body(JSON.parse(text)) : body;
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop };
}
