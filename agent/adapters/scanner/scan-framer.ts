import type { Scan } from '../../ports/scanner.ts';
import { SCAN_CHARACTERS_MAX, scanFrom } from './scan-text.ts';

/** A UTF-8 character has at most four bytes; an AIM prefix has three. */
const BYTES_MAX = 4 * SCAN_CHARACTERS_MAX + 3;
const CR = 0x0d;
const LF = 0x0a;

/** Cuts what a scanner sends into scans: CR, LF, CRLF or silence ends one. Holds no more than one scan. */
export interface ScanFramer {
  push(bytes: Uint8Array): Scan[];
  /** Nothing came for a while: what is there is a whole scan. */
  silence(): Scan | undefined;
}

export function scanFramer(): ScanFramer {
  const held = new Uint8Array(BYTES_MAX);
  let length = 0;
  let cut = false;

  const take = (): Scan | undefined => {
    const scan = scanFrom(decode(held.subarray(0, length)), cut);
    length = 0;
    cut = false;
    return scan;
  };
  return {
    push: (bytes) => {
      const scans: Scan[] = [];
      for (const byte of bytes) {
        if (byte === CR || byte === LF) {
          const scan = take();
          if (scan !== undefined) scans.push(scan);
        } else if (length < BYTES_MAX) held[length++] = byte;
        else cut = true;
      }
      return scans;
    },
    silence: take,
  };
}

/** Scanners send UTF-8 or, most of the older ones, Latin-1; not every Latin-1 text is valid UTF-8. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
