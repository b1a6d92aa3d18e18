import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
let agent: Server;
let kiosk: ChildProcess | undefined;
/** How often the agent was asked, and what it answers. */
let asked = 0;
let status = 200;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lw-kiosk-'));
  [asked, status] = [0, 200];
  agent = createServer((request, response) => {
    asked += 1;
    response.writeHead(request.url === '/health/page' ? status : 404).end();
  });
  agent.listen(0, '127.0.0.1');
  await once(agent, 'listening');
});
afterEach(async () => {
  if (kiosk?.exitCode === null && kiosk.kill()) await once(kiosk, 'exit');
  agent.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The kiosk with a browser that only writes down that it runs, and how it was called. */
async function start() {
  const program = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o755 });
  program(
    'cage',
    `#!/bin/sh
echo "$$ $*" > ${folder}/called.new
mv ${folder}/called.new ${folder}/called
exec sleep 600
`,
  );
  program('chromium', '#!/bin/sh\n');
  kiosk = spawn(join(import.meta.dirname, 'archive/bin/kiosk'), {
    stdio: 'ignore',
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      RUNTIME_DIRECTORY: folder,
      LATCHWORK_KIOSK_PORT: String((agent.address() as AddressInfo).port),
      LATCHWORK_KIOSK_ASK_S: '0.05',
    },
  });
  const ended = once(kiosk, 'exit');
  await expect.poll(() => existsSync(join(folder, 'called'))).toBe(true);
  const [pid = '', ...call] = readFileSync(join(folder, 'called'), 'utf8').trim().split(' ');
  return { ended, call, browserRuns: () => existsSync(`/proc/${pid}`) };
}

it('shows the agent’s page, and ends with its browser once the agent has not heard the page for too long', async () => {
  const { ended, call, browserRuns } = await start();
  expect(call).toEqual(expect.arrayContaining(['--kiosk', `--user-data-dir=${folder}/profile`]));
  expect(call.at(-1)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  await expect.poll(() => asked).toBeGreaterThan(3);
  expect(browserRuns()).toBe(true);
  status = 503;
  expect(await ended).toEqual([1, null]);
  await expect.poll(browserRuns).toBe(false);
});

it('leaves the browser alone while the agent does not answer', async () => {
  const { ended, browserRuns } = await start();
  agent.removeAllListeners('request');
  agent.on('connection', (socket) => {
    asked += 1;
    socket.destroy();
  });
  await expect.poll(() => asked).toBeGreaterThan(3);
  expect(browserRuns()).toBe(true);
  kiosk?.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(browserRuns()).toBe(false);
});
