import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scan, Scanner } from '../ports/scanner.ts';

export interface ScannerHarness {
  scanner: Scanner;
  /** Shows the scanner a label that holds exactly this. */
  show(text: string): void;
  unplug(on: boolean): void;
  /** Lets time pass until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T>;
  dispose(): Promise<void>;
}

/** What every scanner must do. */
export function scannerContract(name: string, create: () => Promise<ScannerHarness>): void {
  describe(`scanner contract: ${name}`, () => {
    let harness: ScannerHarness;
    let log: ReturnType<typeof scannerLog>;
    beforeEach(async () => {
      harness = await create();
      log = scannerLog();
      harness.scanner.start(log.listener);
      expect(await harness.until(log.next())).toBe('ready');
    });
    afterEach(() => harness.dispose());

    const scan = async (text: string) => {
      harness.show(text);
      return harness.until(log.next());
    };

    it('delivers whole scans in order', async () => {
      harness.show('RB123456785GB');
      harness.show('TBA000000000000');
      const scans = [await harness.until(log.next()), await harness.until(log.next())];
      expect(scans).toEqual(['RB123456785GB', 'TBA000000000000'].map((text) => ({ text, truncated: false })));
    });

    it.each([
      [']C1011234', '011234', 'gs1-128'],
      [']C0ABC', 'ABC', 'code128'],
      [']d20112', '0112', 'gs1-datamatrix'],
      [']Q30112', '0112', 'gs1-qr'],
      [']Q1https://example.org/?a=]C1', 'https://example.org/?a=]C1', 'qr'],
    ])('strips the AIM prefix of %s and tells the symbology', async (raw, text, symbology) => {
      expect(await scan(raw)).toEqual({ text, symbology, truncated: false });
    });

    it('strips an AIM prefix that it does not know, and leaves alone what is none', async () => {
      expect(await scan(']A0ABC')).toEqual({ text: 'ABC', truncated: false });
      expect(await scan(']-ABC')).toEqual({ text: ']-ABC', truncated: false });
    });

    it('drops control characters but GS', async () => {
      const scanned = await scan('\u0002]C1\u00001012\u001d21\u001b34\u0009\u007f\u0003');
      expect(scanned).toEqual({ text: '1012\u001d2134', symbology: 'gs1-128', truncated: false });
    });

    it('makes no scan of control characters alone', async () => {
      harness.show('\u0001\u0002'.repeat(1_000));
      expect(await scan('NEXT')).toEqual({ text: 'NEXT', truncated: false });
    });

    it('keeps 512 characters, and tells that there were more', async () => {
      expect(await scan('9'.repeat(512))).toEqual({ text: '9'.repeat(512), truncated: false });
      expect(await scan('8'.repeat(2_000))).toEqual({ text: '8'.repeat(512), truncated: true });
      expect(await scan('é'.repeat(512))).toEqual({ text: 'é'.repeat(512), truncated: false });
      expect(await scan('NEXT')).toEqual({ text: 'NEXT', truncated: false });
    });

    it('says that it was lost, then that it is ready again', async () => {
      harness.unplug(true);
      expect(await harness.until(log.next())).toBe('lost');
      harness.unplug(false);
      expect(await harness.until(log.next())).toBe('ready');
      expect(await scan('AGAIN')).toEqual({ text: 'AGAIN', truncated: false });
    });

    it('tells nothing more once it was stopped', async () => {
      await harness.until(harness.scanner.stop());
      harness.show('LATE');
      harness.unplug(true);
      await harness.until(harness.scanner.stop());
      expect(log.waiting()).toEqual([]);
    });
  });
}

/** What a scanner told, one by one: scans, and states by their name. */
function scannerLog() {
  const told: (Scan | 'ready' | 'lost')[] = [];
  let waiting: ((next: Scan | 'ready' | 'lost') => void) | undefined;
  const tell = (next: Scan | 'ready' | 'lost') => {
    if (waiting) waiting(next);
    else told.push(next);
    waiting = undefined;
  };
  return {
    listener: { onScan: tell, onState: (state: 'ready' | 'lost') => tell(state) },
    next: () =>
      new Promise<Scan | 'ready' | 'lost'>((resolve) => {
        const first = told.shift();
        if (first === undefined) waiting = resolve;
        else resolve(first);
      }),
    waiting: () => told,
  };
}
