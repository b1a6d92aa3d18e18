import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { choosePorts, portNames } from './ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchwork-ports-'));
const file = join(folder, 'ports.json');
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(file, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

it('gives every part a port of its own, and the same ones the next time', async () => {
  const anyFree = Object.fromEntries(portNames.map((name) => [name, 0]));
  const first = await choosePorts(file, anyFree, () => undefined);
  expect(new Set(Object.values(first)).size).toBe(portNames.length);
  expect(await choosePorts(file, {}, () => undefined)).toEqual(first);
});

it('moves from a port that is taken to a free one, says so, and remembers it', async () => {
  const taken = await occupy();
  const { http: _http, ...rest } = await choosePorts(
    file,
    Object.fromEntries(portNames.map((name) => [name, 0])),
    () => undefined,
  );
  writeFileSync(file, JSON.stringify({ ...rest, http: taken }));
  const said: string[] = [];
  const { http } = await choosePorts(file, {}, (line) => said.push(line));
  expect(http).not.toBe(taken);
  expect(said).toEqual([expect.stringContaining(`port ${taken} for http is taken`)]);
  expect(JSON.parse(readFileSync(file, 'utf8')).http).toBe(http);
});

it.each(['', '{"http": 80', '{"http": -1}', '[]'])(
  'chooses anew where what it remembered is %j',
  async (text) => {
    writeFileSync(file, text);
    const said: string[] = [];
    const anyFree = Object.fromEntries(portNames.map((name) => [name, 0]));
    const ports = await choosePorts(file, anyFree, (line) => said.push(line));
    expect(said).toEqual([expect.stringContaining('ports are chosen anew')]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ports);
  },
);

it('refuses a port that was given and is taken, or given twice', async () => {
  const taken = await occupy();
  await expect(choosePorts(file, { kiosk: taken }, () => undefined)).rejects.toThrow(
    `port ${taken}, given for kiosk, is taken`,
  );
});

async function occupy(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return address.port;
}
