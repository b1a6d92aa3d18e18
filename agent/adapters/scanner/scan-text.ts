import type { Scan } from '../../ports/scanner.ts';

/** Longer than any code that a locker knows; a pass fills about 300. */
export const SCAN_CHARACTERS_MAX = 512;

/** AIM symbology identifiers (ISO/IEC 15424) that tell something a locker can use. */
const symbologies: Readonly<Record<string, NonNullable<Scan['symbology']>>> = {
  C0: 'code128',
  C1: 'gs1-128',
  d2: 'gs1-datamatrix',
  Q1: 'qr',
  Q3: 'gs1-qr',
};
const AIM_PREFIX = /^\]([A-Za-z][0-9A-Za-z])/;
const GROUP_SEPARATOR = '\u001d';

/**
 * What is left of a scanner's words when its own additions are off: control characters but GS, and the
 * AIM prefix. Undefined when nothing is left. `cut` tells that characters were dropped before.
 */
export function scanFrom(raw: string, cut = false): Scan | undefined {
  const clean = raw.replace(/\p{Cc}/gu, (control) => (control === GROUP_SEPARATOR ? control : ''));
  const aim = AIM_PREFIX.exec(clean)?.[1];
  const characters = [...(aim === undefined ? clean : clean.slice(AIM_LENGTH))];
  if (characters.length === 0) return undefined;
  const symbology = aim === undefined ? undefined : symbologies[aim];
  return {
    text: characters.slice(0, SCAN_CHARACTERS_MAX).join(''),
    truncated: cut || characters.length > SCAN_CHARACTERS_MAX,
    ...(symbology === undefined ? {} : { symbology }),
  };
}

const AIM_LENGTH = ']C1'.length;
