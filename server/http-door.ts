import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type HttpParts, httpApp } from './http/index.ts';
import packageJson from './package.json' with { type: 'json' };
import { portTaken } from './setup-error.ts';

/** Loopback only: until accounts exist, whoever reaches the server may do everything. */
const host = '127.0.0.1';

/** Serves the HTTP API and the pages. Throws SetupError `port`. */
export async function startHttp(
  parts: Omit<HttpParts, 'version' | 'links' | 'broker' | 'pagesFolder'>,
  options: { port: number } & Pick<HttpParts, 'links' | 'broker' | 'renewal'>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { links, broker, renewal } = options;
  const app = await httpApp({
    ...parts,
    version: packageJson.version,
    links,
    broker,
    renewal,
    pagesFolder: fileURLToPath(new URL('./web/dist', import.meta.url)),
  });
  try {
    await app.listen({ host, port: options.port });
  } catch (error) {
    await app.close();
    throw portTaken(error, '--http-port');
  }
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, stop: () => app.close() };
}
