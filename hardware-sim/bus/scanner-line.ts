import type { ScannerLineFaults } from '../cabinet/faults.ts';
import type { Clock } from '../clock.ts';
import { type Line, type LinePlace, openLine } from './line.ts';

/** A barcode scanner on a serial line of its own. It only talks. */
export interface ScannerLine extends Pick<Line, 'address' | 'host' | 'stop'> {
  /** Sends what a scan of `text` sends, in UTF-8; resolves when its last byte has left the wire. */
  scan(text: string, manner?: ScanManner): Promise<ScanOutcome>;
  faults(): ScannerLineFaults;
  /** Resolves when the faults are in effect. */
  setFaults(faults: ScannerLineFaults): Promise<void>;
}

/** `end` defaults to CR, as scanners leave the factory. `aimPrefix` is sent before the text, for example `]C1`. */
export interface ScanManner {
  end?: ScanEnd | undefined;
  aimPrefix?: string | undefined;
}

export type ScanOutcome = { ok: true } | { ok: false; reason: 'the scanner is unplugged' };

export type ScanEnd = (typeof SCAN_ENDS)[number];

export const SCAN_ENDS = ['CR', 'LF', 'CRLF', 'none'] as const;

const END_TEXT: Record<ScanEnd, string> = { CR: '\r', LF: '\n', CRLF: '\r\n', none: '' };

export async function openScannerLine(options: {
  clock: Clock;
  place: LinePlace;
  baud: number;
  faults: ScannerLineFaults;
  log: (message: string) => void;
}): Promise<ScannerLine> {
  const line = await openLine({ ...options, onReceive: () => {} });
  let faults = options.faults;
  const setFaults = async (next: ScannerLineFaults) => {
    const before = faults;
    faults = next;
    await line.setUnplugged(next.unplugged).catch((error) => {
      faults = before;
      throw error;
    });
  };
  await setFaults(faults);

  return {
    address: line.address,
    host: line.host,
    stop: line.stop,
    faults: () => faults,
    setFaults,
    scan: async (text, manner = {}) => {
      if (faults.unplugged) return { ok: false, reason: 'the scanner is unplugged' };
      const sent = `${manner.aimPrefix ?? ''}${text}${END_TEXT[manner.end ?? 'CR']}`;
      await line.send(new TextEncoder().encode(sent));
      return { ok: true };
    },
  };
}
