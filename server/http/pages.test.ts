import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guard } from './guard.ts';
import { servePages } from './pages.ts';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwork-pages-'));
  const dist = join(folder, 'dist');
  for (const name of ['book', 'assets']) await mkdir(join(dist, name), { recursive: true });
  await writeFile(join(dist, 'index.html'), 'the first page');
  await writeFile(join(dist, 'book', 'index.html'), 'the booking page');
  await writeFile(join(dist, 'parcel.html'), 'the page of a parcel');
  await writeFile(join(dist, 'ops.html'), 'the operations page');
  await writeFile(join(dist, 'assets', 'main-abc123.js'), 'code();');
  await writeFile(join(dist, '.hidden'), 'nobody’s business');
  await writeFile(join(folder, 'keyring.json'), 'secret');
  app = Fastify();
  guard(app);
  await servePages(app, dist);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ['/', 'the first page'],
  ['/book', 'the booking page'],
  ['/parcel', 'the page of a parcel'],
  ['/ops', 'the operations page'],
])('%s is a page, under the strict policy, and asked for anew each time', async (url, text) => {
  const answer = await app.inject(url);
  expect([answer.statusCode, answer.body]).toEqual([200, text]);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-cache');
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
});

test('what is named by its content is kept', async () => {
  const answer = await app.inject('/assets/main-abc123.js');
  expect(answer.headers['cache-control']).toContain('immutable');
  expect(answer.headers['content-type']).toContain('javascript');
});

test.each([
  '/../keyring.json',
  '/%2e%2e/keyring.json',
  '/assets/..%2f..%2fkeyring.json',
  '/.hidden',
  '/assets/',
])('%s is not served', async (url) => {
  const answer = await app.inject(url);
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.body).not.toContain('secret');
});
