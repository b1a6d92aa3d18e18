import {
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { realClock } from '../clock.ts';
import { openPtyPort } from './pty-port.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function newPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'pty-port-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'lock');
}

/** A terminal whose far end answers each piece with the same bytes, each raised by one. */
async function portAt(path: string) {
  let told = (_message: string) => {};
  const port = await openPtyPort({
    clock: realClock(),
    path,
    onBytes: (bytes) => port.send(bytes.map((byte) => byte + 1)),
    log: (message) => told(message),
  });
  ends.push(port.stop);
  const logs = (part: string) =>
    new Promise<void>((resolve) => {
      told = (message) => message.includes(part) && resolve();
    });
  return { port, logs };
}

/** A program that has the terminal open. */
function openTerminal(path: string) {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(fd);
  stream.on('error', () => {});
  stream.resume();
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  return {
    /** Resolves when the terminal is closed, by a hang-up for one. */
    closed,
    ask: (hex: string) =>
      new Promise<string>((resolve) => {
        let heard = '';
        stream.on('data', (bytes) => {
          heard += bytes.toString('hex');
          if (heard.length >= hex.length) resolve(heard);
        });
        writeSync(fd, Buffer.from(hex, 'hex'));
      }),
    close: () => {
      stream.destroy();
      return closed;
    },
  };
}

describe.skipIf(!inject('tools').socat)('a line as a terminal', () => {
  it('carries every byte as it is, control characters too', async () => {
    const path = newPath();
    await portAt(path);
    const terminal = openTerminal(path);
    ends.push(terminal.close);
    expect(await terminal.ask('00030a0d11131a7fff')).toBe('01040b0e12141b8000');
  });

  it('stays while programs come and go', async () => {
    const path = newPath();
    const { port } = await portAt(path);
    const pid = port.socatPid();
    for (let count = 0; count < 20; count += 1) {
      const terminal = openTerminal(path);
      expect(await terminal.ask('8a01')).toBe('8b02');
      await terminal.close();
    }
    expect(port.socatPid()).toBe(pid);
  });

  it('is there again after its socat was killed', async () => {
    const path = newPath();
    const { port, logs } = await portAt(path);
    const before = openTerminal(path);
    const back = logs('is back');
    process.kill(port.socatPid() ?? 0, 'SIGKILL');
    await before.closed;
    await back;
    const after = openTerminal(path);
    ends.push(after.close);
    expect(await after.ask('41')).toBe('42');
  });

  it('hangs up and is gone when unplugged, and comes back at the same path', async () => {
    const path = newPath();
    const { port } = await portAt(path);
    const before = openTerminal(path);
    await port.unplug();
    await before.closed;
    expect(existsSync(path)).toBe(false);
    expect(port.socatPid()).toBeNull();
    await port.plugIn();
    const after = openTerminal(path);
    ends.push(after.close);
    expect(await after.ask('41')).toBe('42');
  });

  it('leaves neither link nor socat behind when stopped', async () => {
    const path = newPath();
    const { port } = await portAt(path);
    const pid = port.socatPid() ?? 0;
    await port.stop();
    expect(() => readlinkSync(path)).toThrow('ENOENT');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('takes over a link left by one that was killed, and nothing else', async () => {
    const stale = newPath();
    symlinkSync('/dev/pts/none', stale);
    await portAt(stale);
    const terminal = openTerminal(stale);
    ends.push(terminal.close);
    expect(await terminal.ask('41')).toBe('42');

    const taken = newPath();
    writeFileSync(taken, 'somebody else’s');
    await expect(portAt(taken)).rejects.toMatchObject({ code: 'LINE_PATH_TAKEN' });
  });
});
