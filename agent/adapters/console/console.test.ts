import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleContract, viewWith } from '../../contracts/console.contract.ts';
import { inbox } from '../../contracts/inbox.ts';
import type { Console, ConsoleListener, ConsoleMessage } from '../../ports/console.ts';
import { connectConsole } from './console-client.ts';
import { fakeConsole } from './fake-console.ts';
import { socketConsole } from './socket-console.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'lw-console-'));

consoleContract('socket', async () => {
  const folder = newFolder();
  const console = socketConsole(folder);
  return {
    console,
    async sit() {
      const client = await connectConsole(folder);
      const messages = client.messages();
      return {
        next: async () => (await messages.next()).value as ConsoleMessage,
        ask: client.ask,
        leave: client.close,
      };
    },
    async dispose() {
      await console.stop();
      rmSync(folder, { recursive: true });
    },
  };
});

it('is there for tests, too, in their own hands', async () => {
  const console = fakeConsole();
  console.show(() => viewWith(true));
  await console.start({ onAsk: ({ request }) => console.answer(request, { ok: true }) });
  expect(console.view?.started).toBe(true);
  expect(await console.ask({ do: 'endService' })).toEqual({ ok: true });
});

describe('the socket', () => {
  let folder: string;
  let console: Console;
  let asked: ReturnType<typeof inbox<Parameters<ConsoleListener['onAsk']>[0]>>;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    folder = newFolder();
    console = socketConsole(folder);
    asked = inbox();
    console.show(() => viewWith(true));
    await console.start({ onAsk: asked.push });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const path = () => join(folder, 'console.sock');

  function raw(): Socket {
    const socket = createConnection(path());
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  }

  /** All that is said to it before it is cut off. */
  async function said(socket: Socket): Promise<string[]> {
    let heard = '';
    socket.on('data', (data) => {
      heard += data;
    });
    await new Promise((resolve) => socket.once('close', resolve));
    return heard.trim().split('\n');
  }

  async function stillServes(): Promise<void> {
    const client = await connectConsole(folder);
    const answer = client.ask({ do: 'open', slot: 2 });
    const { request } = await asked.next();
    console.answer(request, { ok: true });
    expect(await answer).toEqual({ ok: true });
    client.close();
  }

  it('is for its owner alone, and gone once it is stopped', async () => {
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    await console.stop();
    expect(existsSync(path())).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)('lets no other user in', async () => {
    // As if the folder alone had been opened by mistake.
    chmodSync(folder, 0o755);
    const script = `import('node:net').then(({ createConnection }) => createConnection(process.argv[1])
      .on('connect', () => process.exit(0)).on('error', ({ code }) => { console.log(code); process.exit(3); }))`;
    const other = spawn(process.execPath, ['-e', script, path()], {
      uid: 65_534,
      gid: 65_534,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [out, [code]] = await Promise.all([text(other.stdout), once(other, 'exit')]);
    expect([out.trim(), code]).toEqual(['EACCES', 3]);
  });

  it('starts in no folder that others may enter', async () => {
    const open = join(folder, 'open');
    mkdirSync(open, { mode: 0o755 });
    await expect(socketConsole(open).start({ onAsk: asked.push })).rejects.toMatchObject({
      code: 'not private',
    });
  });

  it('takes the place of one that a killed agent left, and of nothing else', async () => {
    const killed = spawn(
      process.execPath,
      [
        '-e',
        `require('node:net').createServer().listen(process.argv[1], () => console.log('up'))`,
        join(folder, 'console.old'),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await console.stop();
    renameSync(join(folder, 'console.old'), path());
    const next = socketConsole(folder);
    await next.start({ onAsk: asked.push });
    await stillServesOver(next);
    await expect(socketConsole(folder).start({ onAsk: asked.push })).rejects.toMatchObject({
      code: 'in use',
    });
    await next.stop();
    writeFileSync(path(), 'mine');
    await expect(socketConsole(folder).start({ onAsk: asked.push })).rejects.toThrow('is no socket');
  });

  async function stillServesOver(over: Console): Promise<void> {
    const client = await connectConsole(folder);
    const answer = client.ask({ do: 'open', slot: 2 });
    over.answer((await asked.next()).request, { ok: true });
    expect(await answer).toEqual({ ok: true });
    client.close();
  }

  it('says which path is too long for a socket', async () => {
    const deep = join(folder, 'd'.repeat(100));
    mkdirSync(deep, { mode: 0o700 });
    const error = { code: 'path too long', message: expect.stringContaining('at most 107') };
    await expect(socketConsole(deep).start({ onAsk: asked.push })).rejects.toMatchObject(error);
    await expect(connectConsole(deep)).rejects.toMatchObject(error);
  });

  it('ends whoever talks nonsense, and serves the next', async () => {
    const nonsense = [
      'hello',
      '{"id":1}',
      '[]',
      'null',
      '{"id":1,"user":"ada","ask":{"do":"open","slot":0}}',
      '{"id":1,"user":"ada","ask":{"do":"open","slot":1,"force":true}}',
      '{"id":1,"user":"a b","ask":{"do":"endService"}}',
      '{"id":1,"user":"ada","ask":{"do":"explode"}}',
      '\u0000\u0001\ufffd'.repeat(50),
      `{"a":${'['.repeat(900)}`,
    ];
    for (const line of nonsense) {
      const socket = raw();
      socket.write(`${line}\n`);
      expect((await said(socket)).at(-1)).toContain('nothing that the agent can be asked');
    }
    expect(asked.waiting()).toEqual([]);
    await stillServes();
  });

  it('ends a line of 10 MB long before it is whole', async () => {
    const socket = raw();
    const flood = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    socket.on('connect', () => {
      const more = () => {
        if (sent >= 10 * 1024 * 1024) return;
        socket.write(flood, (error) => {
          if (error) return;
          sent += flood.length;
          more();
        });
      };
      more();
    });
    expect((await said(socket)).at(-1)).toContain('at most 1024 characters');
    expect(sent).toBeLessThan(2 * 1024 * 1024);
    await stillServes();
  });

  it('takes no more technicians than fit before a cabinet, out of a thousand', async () => {
    const all = Array.from({ length: 1_000 }, raw);
    const ended = await Promise.all(
      all.slice(8).map(
        (socket) =>
          new Promise<string>((resolve) => {
            let heard = '';
            socket.on('data', (data) => {
              heard += data;
            });
            socket.on('close', () => resolve(heard));
          }),
      ),
    );
    expect(ended.some((heard) => heard.includes('too many technicians'))).toBe(true);
    expect(ended.filter((heard) => heard.includes('view'))).toEqual([]);
    for (const socket of all) socket.destroy();
    await expect.poll(async () => (await firstLine()).includes('view')).toBe(true);
    await stillServes();
  });

  async function firstLine(): Promise<string> {
    const socket = raw();
    const [line] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
    socket.destroy();
    return String(line);
  }

  it('refuses asks that pile up unanswered', async () => {
    const client = await connectConsole(folder);
    const answers = Array.from({ length: 9 }, () => client.ask({ do: 'endService' }));
    expect(await answers[8]).toMatchObject({ ok: false, reason: expect.stringContaining('too many') });
    expect(asked.waiting()).toHaveLength(8);
    client.close();
  });

  it('cuts off whoever does not read, and keeps no more for them than it must', async () => {
    const socket = raw();
    await once(socket, 'readable');
    socket.pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const fact = JSON.stringify({ kind: 'problem.reported', detail: 'x'.repeat(1_000) });
    for (let count = 0; count < 4_000; count += 1) console.tell([fact]);
    socket.resume();
    await closed;
    await stillServes();
  });

  it('tells who asks when nobody is there, and what to do', async () => {
    await console.stop();
    await expect(connectConsole(folder)).rejects.toThrow(/no agent runs on .*agent run --data/);
  });

  it('tells those who wait when the agent stops', async () => {
    const client = await connectConsole(folder);
    const answer = client.ask({ do: 'open', slot: 1 });
    await asked.next();
    await console.stop();
    expect(await answer).toMatchObject({
      ok: false,
      reason: expect.stringContaining('ended the connection'),
    });
  });

  it('is not mistaken for another program in its place', async () => {
    await console.stop();
    const stranger = createServer((socket) => socket.end('SSH-2.0-x\r\n'));
    await new Promise<void>((resolve) => stranger.listen(path(), resolve));
    const client = await connectConsole(folder);
    await expect(client.messages().next()).rejects.toThrow();
    await new Promise((resolve) => stranger.close(resolve));
  });
});
