import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `vite build` puts the panel's page. */
const PAGE_DIR = fileURLToPath(new URL('./page/dist/', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const NOT_BUILT = `<!doctype html><title>Cabinet panel</title>
<p>The cabinet runs, but its page has not been built: run <code>vite build hardware-sim/panel/page</code>.</p>`;

/** The file of the built page for a URL path, or null where there is none. */
export async function pageFile(urlPath: string): Promise<{ type: string; content: Uint8Array } | null> {
  const path = join(PAGE_DIR, normalize(urlPath === '/' ? '/index.html' : urlPath));
  const type = TYPES[extname(path)];
  if (!type || !path.startsWith(PAGE_DIR.endsWith(sep) ? PAGE_DIR : `${PAGE_DIR}${sep}`)) return null;
  try {
    return { type, content: await readFile(path) };
  } catch {
    if (urlPath !== '/') return null;
    return { type, content: new TextEncoder().encode(NOT_BUILT) };
  }
}
