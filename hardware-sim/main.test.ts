import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, inject, it } from 'vitest';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hardware-sim-'));
  ends.push(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** Starts the program; `ready` is its first line of output. */
function start(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ends.push(() => child.kill('SIGKILL'));
  let complaint = '';
  child.stderr?.on('data', (bytes) => (complaint += bytes));
  const exited = once(child, 'close').then(([status]) => ({ status, complaint }));
  const lines = child.stdout ? createInterface(child.stdout) : null;
  const ready = async () => {
    if (!lines) throw new Error('no output');
    const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), exited]);
    if (typeof line !== 'string') throw new Error(line.complaint);
    return JSON.parse(line);
  };
  return { child, exited, ready };
}

describe('node hardware-sim/main.ts', () => {
  it('says in one line where everything is, and stops cleanly on SIGTERM', async () => {
    const dir = newDir();
    const program = start('cabinet', '--dir', dir, '--panel-port', '0', '--relay', 'mqtt:0:9');
    const ready = await program.ready();
    expect(ready).toEqual({
      ready: 'cabinet',
      panel: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      lockLine: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/),
      lockLines: { lock: ready.lockLine },
      scannerLine: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/),
      relays: { mqtt: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/) },
    });
    expect((await fetch(`${ready.panel}/api/cabinet`)).status).toBe(200);
    program.child.kill('SIGTERM');
    expect(await program.exited).toEqual({ status: 0, complaint: '' });
  });

  it.skipIf(!inject('tools').socat)('shows its lines as terminals, and removes them on SIGINT', async () => {
    const dir = newDir();
    const program = start('cabinet', '--dir', dir, '--lock-line', 'pty', '--scanner-line', 'pty');
    const { lockLine, scannerLine } = await program.ready();
    expect({ lockLine, scannerLine }).toEqual({
      lockLine: join(dir, 'lock'),
      scannerLine: join(dir, 'scanner'),
    });
    expect([lockLine, scannerLine].map((path) => existsSync(path))).toEqual([true, true]);
    program.child.kill('SIGINT');
    expect((await program.exited).status).toBe(0);
    expect([lockLine, scannerLine].map((path) => existsSync(path))).toEqual([false, false]);
  });

  it('takes another layout from a file', async () => {
    const dir = newDir();
    const file = join(dir, 'layout.json');
    const doors = [{ number: 40, size: 'L', board: 3, channel: 2 }];
    writeFileSync(file, JSON.stringify({ boards: [{ address: 3, channels: 8 }], doors }));
    const program = start('cabinet', '--dir', dir, '--layout', file, '--quick-scan', 'Badge=A=B');
    const { panel } = await program.ready();
    expect(await (await fetch(`${panel}/api/cabinet`)).json()).toMatchObject({
      doors: [{ number: 40, size: 'L', board: 3, channel: 2, open: false }],
      quickScans: [{ label: 'Badge', text: 'A=B' }],
    });
  });

  it.each([
    { text: '{', told: 'it is not JSON' },
    {
      text: '{"boards":[{"address":1}],"doors":[{"number":1,"size":"S","board":2,"channel":1}]}',
      told: 'door 1',
    },
    { text: '{"boards":[{"address":0}],"doors":[]}', told: 'boards[0].address' },
  ])('tells what is wrong with a layout: $told', async ({ text, told }) => {
    const file = join(newDir(), 'layout.json');
    writeFileSync(file, text);
    const { status, complaint } = await start('cabinet', '--dir', 'x', '--layout', file).exited;
    expect(status).toBe(2);
    expect(complaint).toContain(`--layout ${file}: `);
    expect(complaint).toContain(told);
  });

  it('says which folder it cannot have', async () => {
    const dir = newDir();
    writeFileSync(join(dir, 'file'), '');
    const { status, complaint } = await start('cabinet', '--dir', join(dir, 'file', 'below')).exited;
    expect({ status, complaint }).toEqual({
      status: 1,
      complaint: expect.stringContaining('a file is in its way'),
    });
  });

  it.each([
    { args: [], told: 'say "cabinet"' },
    { args: ['cabinet'], told: 'dir' },
    { args: ['cabinet', '--dir', 'x', '--lock-line', 'string'], told: 'lock-line' },
    { args: ['cabinet', '--dir', 'x', '--panel-port', '70000'], told: 'panel-port' },
    { args: ['cabinet', '--dir', 'x', '--relay', 'mqtt:1'], told: 'NAME:LISTENPORT:TARGETPORT' },
    { args: ['cabinet', '--dir', 'x', '--layout', '/nowhere.json'], told: '/nowhere.json' },
    { args: ['cabinet', '--dir', 'x', '--colour', 'red'], told: '--colour' },
  ])('tells a mistake in $args', async ({ args, told }) => {
    const { status, complaint } = await start(...args).exited;
    expect(status).toBe(2);
    expect(complaint).toContain(told);
    expect(complaint).toContain('usage:');
  });
});
