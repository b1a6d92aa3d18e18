import { badgePattern, hashCredential, type LockerKeys, limits, normaliseBarcode } from '@latchwork/shared';
import type { Input, KioskAction } from './core/input.ts';
import type { Scan } from './ports/scanner.ts';

/** What a person touched, as the core takes it: a code becomes its keyed hash and goes no further. */
export function inputOfAction(action: KioskAction, keys: LockerKeys): Input {
  return action.do === 'enterCode'
    ? { kind: 'codeEntered', codeHash: hashCredential(keys.codeChecking, 'code', action.code) }
    : { kind: 'touched', action };
}

/** A scan is a badge, a barcode, or nothing that can be trusted. */
export function inputOfScan(scan: Scan, keys: LockerKeys): Input {
  const text = normaliseBarcode(scan.text);
  if (scan.truncated || text === '' || text.length > limits.barcodeCharactersMax)
    return { kind: 'scanUnreadable' };
  return badgePattern.test(text)
    ? { kind: 'badgeScanned', badgeHash: hashCredential(keys.codeChecking, 'badge', text) }
    : { kind: 'barcodeScanned', barcode: text };
}
