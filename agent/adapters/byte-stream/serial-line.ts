import { SerialPort } from 'serialport';
import type { ByteLine, ByteStream, ByteStreamListener, OpenedByteStream } from '../../ports/byte-stream.ts';
import { streamSession } from './stream-session.ts';

/**
 * A serial port, 8N1, locked against a second program that locks it too (`flock`). Ports are never
 * listed: `SerialPort.list()` ends the process where `udevadm` is missing.
 */
export function serialLine({ path, baudRate }: { path: string; baudRate: number }): ByteLine {
  return {
    name: path,
    open: (listener) =>
      new Promise((resolve) => {
        const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true });
        port.open((error) =>
          resolve(error ? refusal(error) : { ok: true, stream: portStream(port, listener) }),
        );
      }),
  };
}

function portStream(port: SerialPort, listener: ByteStreamListener): ByteStream {
  const session = streamSession(listener);
  const release = () => port.isOpen && port.close();
  port.on('data', session.received);
  port.on('close', (error: Error | null) => session.ended(error?.message ?? 'closed'));
  // A hung-up line can read as an end, and a failed close as an error; neither says `close` by itself.
  port.on('end', release);
  port.on('error', (error) => {
    release();
    if (!port.isOpen && !port.closing) session.ended(error.message);
  });
  return {
    write: (bytes) => session.write((taken) => port.write(bytes, (error) => taken(!error))),
    close: async () => {
      release();
      await session.whenEnded;
    },
  };
}

/** The native part tells an errno only by the system's words for it, inside a sentence. */
const reasons: readonly (readonly [RegExp, Refusal['reason']])[] = [
  [/no such (file|device)/i, 'line missing'],
  [/permission denied|operation not permitted/i, 'permission denied'],
  [/resource busy|cannot lock port/i, 'line busy'],
];

type Refusal = Extract<OpenedByteStream, { ok: false }>;

function refusal(error: Error): Refusal {
  const reason = reasons.find(([words]) => words.test(error.message))?.[1] ?? 'line failed';
  return { ok: false, reason, detail: error.message };
}
