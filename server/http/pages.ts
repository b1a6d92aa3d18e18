import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './problems.ts';

/** Each page by its address, and the names under which a build may hold it. */
const pages: Record<string, string[]> = {
  '/': ['index.html'],
  '/book': ['book.html', 'book/index.html'],
  '/parcel': ['parcel.html', 'parcel/index.html'],
  '/ops': ['ops.html', 'ops/index.html'],
};

/** Serves the built web pages from `folder`. What the build names by its content may be kept for ever. */
export async function servePages(app: FastifyInstance, folder: string): Promise<void> {
  const isBuilt = await isFile(join(folder, 'index.html'));
  if (isBuilt)
    await app.register(fastifyStatic, {
      root: folder,
      prefix: '/',
      index: false,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders(response, path) {
        const isNamedByContent = path.startsWith(join(folder, 'assets'));
        response.header(
          'Cache-Control',
          isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  else app.log.warn({ folder }, 'the web pages are not built: only the HTTP API is served');
  for (const [url, names] of Object.entries(pages)) {
    const file = isBuilt ? await firstFile(folder, names) : undefined;
    app.get(url, { schema: { hide: true } as object }, (_request, reply) =>
      file === undefined ? sendProblem(reply, 'pages not built') : reply.sendFile(file),
    );
  }
}

async function firstFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await isFile(join(folder, name))) return name;
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
