import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { TestParts } from '../access/testing.ts';
import { httpApp } from './app.ts';
import type { HttpParts } from './http-parts.ts';

/** The whole HTTP door over test parts; `log()` is all that it logged, down to debug. */
export async function testApp(
  parts: TestParts,
  change: Partial<HttpParts> = {},
): Promise<{ app: FastifyInstance; log(): string }> {
  let logged = '';
  const write = (line: string) => {
    logged += line;
  };
  const app = await httpApp({
    ...parts,
    logger: pino({ level: 'debug' }, { write }),
    version: '1.2.3',
    broker: { mqtt: 'mqtt://127.0.0.1:1883', ws: 'ws://127.0.0.1:8083/mqtt' },
    links: [{ name: 'Mailbox', url: 'http://127.0.0.1:8025/' }],
    pagesFolder: '/nowhere',
    ...change,
  });
  return { app, log: () => logged };
}
