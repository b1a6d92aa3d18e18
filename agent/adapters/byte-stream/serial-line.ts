import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { ByteLine, ByteStream, ByteStreamListener, OpenedByteStream } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import { streamSession } from './stream-session.ts';

/**
 * An unplugged port may read as empty, which the library takes for a reason to read again at once and
 * for ever (serialport/bindings-cpp, pull request 164): so whether the device is still there is asked
 * this often.
 */
const PRESENCE_CHECK_MS = 500;

/**
 * A serial port, 8N1, locked against a second program that locks it too (`flock`). Ports are never
 * listed: `SerialPort.list()` ends the process where `udevadm` is missing.
 */
export function serialLine(place: { path: string; baudRate: number; clock: Clock }): ByteLine {
  const { path, baudRate, clock } = place;
  return {
    name: path,
    open: async (listener) => {
      const before = await deviceAt(path);
      return new Promise((resolve) => {
        const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true });
        port.open((error) => {
          if (error) return resolve(refusal(path, error));
          const isThere = async () => (await deviceAt(path)) === before;
          resolve({ ok: true, stream: portStream({ port, listener, clock, isThere }) });
        });
      });
    },
  };
}

interface OpenPort {
  port: SerialPort;
  listener: ByteStreamListener;
  clock: Clock;
  isThere(): Promise<boolean>;
}

function portStream({ port, listener, clock, isThere }: OpenPort): ByteStream {
  const session = streamSession(listener);
  let cancelCheck = () => {};
  let detail = 'closed';

  const end = (why: string) => {
    cancelCheck();
    session.ended(why);
  };
  const release = (why?: string) => {
    detail = why ?? detail;
    if (port.isOpen) port.close();
  };
  const checkLater = () => {
    cancelCheck = clock.after(PRESENCE_CHECK_MS, async () => {
      const stays = await isThere();
      if (!port.isOpen) return;
      if (stays) checkLater();
      else release('the device is gone');
    });
  };

  port.on('data', session.received);
  port.on('close', (error: Error | null) => end(error?.message ?? detail));
  // A failed close is told as an error, and nothing comes after it.
  port.on('error', (error) => (port.isOpen ? release(error.message) : end(error.message)));
  checkLater();
  return {
    write: (bytes) => session.write((taken) => port.write(bytes, (error) => taken(!error))),
    close: async () => {
      release();
      await session.whenEnded;
    },
  };
}

/** Tells one device from another that came in its place; undefined where there is none. */
async function deviceAt(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, rdev } = await stat(path);
    return `${dev}/${ino}/${rdev}`;
  } catch {
    return undefined;
  }
}

type Refusal = Extract<OpenedByteStream, { ok: false }>;

/** The native part tells an errno only by the system's words for it, inside a sentence. */
const reasons: readonly (readonly [RegExp, Refusal['reason'], string])[] = [
  [/no such (file|device)/i, 'line missing', 'is not there'],
  [
    /permission denied|operation not permitted/i,
    'permission denied',
    'may not be opened; let this user into the group that owns it, often dialout',
  ],
  [/resource busy|cannot lock port/i, 'line busy', 'is held by another program'],
  [
    /inappropriate ioctl|is a directory|not a tty/i,
    'line failed',
    'is not a serial port: check the url of the line',
  ],
];

function refusal(path: string, error: Error): Refusal {
  const [, reason, words] = reasons.find(([said]) => said.test(error.message)) ?? [];
  return reason === undefined
    ? { ok: false, reason: 'line failed', detail: `${path}: ${error.message}` }
    : { ok: false, reason, detail: `${path} ${words}` };
}
