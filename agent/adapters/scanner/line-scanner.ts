import type { ByteLine, ByteStream } from '../../ports/byte-stream.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Scanner, ScannerListener } from '../../ports/scanner.ts';
import { scanFramer } from './scan-framer.ts';

/** This much silence ends a scan of a scanner that sends no CR or LF. */
export const SILENCE_MS = 75;
/** A line that cannot be opened, or went away, is tried again after this, doubling up to the most. */
export const REOPEN_FIRST_MS = 250;
const REOPEN_MOST_MS = 5_000;

/** A scanner on a serial line or TCP. */
export function lineScanner(line: ByteLine, clock: Clock, { silenceMs = SILENCE_MS } = {}): Scanner {
  let listener: ScannerListener | undefined;
  let stream: ByteStream | undefined;
  let opening: Promise<void> | undefined;
  let cancelTimer = () => {};
  let told: 'ready' | 'lost' | undefined;
  let failures = 0;

  const tell = (state: 'ready' | 'lost', detail: string) => {
    if (state === told) return;
    told = state;
    listener?.onState(state, detail);
  };
  const lost = (detail: string) => {
    stream = undefined;
    if (listener === undefined) return;
    tell('lost', `${line.name}: ${detail}`);
    cancelTimer();
    cancelTimer = clock.after(Math.min(REOPEN_MOST_MS, REOPEN_FIRST_MS * 2 ** failures), () => {
      opening = open();
    });
    failures += 1;
  };
  const open = async () => {
    // A framer for each opening: the half of a scan that a lost line left behind is no scan.
    const framer = scanFramer();
    const deliver = (scan: ReturnType<typeof framer.silence>) => {
      if (scan !== undefined) listener?.onScan(scan);
    };
    let closed: string | undefined;
    const opened = await line.open({
      onBytes: (bytes) => {
        failures = 0;
        cancelTimer();
        for (const scan of framer.push(bytes)) deliver(scan);
        cancelTimer = clock.after(silenceMs, () => {
          // A program that was held up sees its timers before the bytes that came meanwhile: those go first.
          cancelTimer = clock.after(0, () => deliver(framer.silence()));
        });
      },
      onClosed: (detail) => {
        closed = detail;
        cancelTimer();
        if (stream !== undefined) lost(detail);
      },
    });
    if (!opened.ok) return lost(`${opened.reason}, ${opened.detail}`);
    if (closed !== undefined) return lost(closed);
    stream = opened.stream;
    tell('ready', line.name);
  };

  return {
    start: (toListener) => {
      if (listener !== undefined) throw new Error('a scanner starts once');
      listener = toListener;
      opening = open();
    },
    stop: async () => {
      listener = undefined;
      cancelTimer();
      await opening;
      cancelTimer();
      await stream?.close();
    },
  };
}
