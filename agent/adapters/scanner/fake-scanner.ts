import type { Scanner, ScannerListener } from '../../ports/scanner.ts';
import { scanFrom } from './scan-text.ts';

/** A scanner in the hands of a test. Ready as soon as it is started. */
export interface FakeScanner extends Scanner {
  /** Reads a label; what a real one would clean is cleaned. Nothing happens while it is lost or stopped. */
  scan(text: string): void;
  setState(state: 'ready' | 'lost'): void;
}

export function fakeScanner(): FakeScanner {
  let listener: ScannerListener | undefined;
  let state: 'ready' | 'lost' | undefined;
  const setState = (next: 'ready' | 'lost') => {
    if (state === next) return;
    state = next;
    listener?.onState(next, `the scanner is ${next}`);
  };
  return {
    start: (toListener) => {
      listener = toListener;
      queueMicrotask(() => setState('ready'));
    },
    stop: async () => {
      listener = undefined;
    },
    scan: (text) => {
      const scan = scanFrom(text);
      if (state === 'ready' && scan !== undefined) listener?.onScan(scan);
    },
    setState,
  };
}
