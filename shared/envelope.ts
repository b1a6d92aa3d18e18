import { limits } from './limits.ts';
import { sealFits, sealOf } from './seal.ts';

/**
 * Newline-delimited JSON: the header line, then items one a line, then the seal alone on the last
 * line. Item lines travel as the exact bytes that their writer hashed.
 */
export interface Envelope {
  /** Parsed but not validated: its schema depends on the topic. */
  header: unknown;
  lines: string[];
}

export type OpenedEnvelope =
  | { ok: true; envelope: Envelope }
  | { ok: false; reason: 'too large' | 'not UTF-8' | 'malformed' | 'bad seal' | 'too many items' };

/**
 * Throws RangeError when the content does not fit one envelope (writers size their batches with
 * {@link roomFor}), or when an item is not exactly one line.
 */
export function sealEnvelope(
  key: Uint8Array,
  topic: string,
  header: object,
  lines: readonly string[] = [],
): Uint8Array {
  if (lines.some((line) => line === '' || line.includes('\n')))
    throw new RangeError(`an item on ${topic} is not exactly one line`);
  const body = [JSON.stringify(header), ...lines, ''].join('\n');
  const bytes = Buffer.from(body + sealOf(key, topic, body));
  if (bytes.length > limits.envelopeBytesMax || lines.length > limits.envelopeItemsMax)
    throw new RangeError(
      `an envelope of ${bytes.length} bytes and ${lines.length} items on ${topic} is over the limit`,
    );
  return bytes;
}

/** The seal is checked before anything is parsed. */
export function openEnvelope(key: Uint8Array, topic: string, bytes: Uint8Array): OpenedEnvelope {
  if (bytes.length > limits.envelopeBytesMax) return { ok: false, reason: 'too large' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, reason: 'not UTF-8' };
  }
  const end = text.lastIndexOf('\n') + 1;
  if (end === 0) return { ok: false, reason: 'malformed' };
  if (!sealFits(key, topic, text.slice(0, end), text.slice(end))) return { ok: false, reason: 'bad seal' };
  const [first = '', ...lines] = text.slice(0, end - 1).split('\n');
  if (lines.length > limits.envelopeItemsMax) return { ok: false, reason: 'too many items' };
  try {
    return { ok: true, envelope: { header: JSON.parse(first), lines } };
  } catch {
    return { ok: false, reason: 'malformed' };
  }
}

/** Bytes set apart for header, line feeds and seal. */
const frameBytes = 2048;

/** How many of `lines`, from the first, fit one envelope. */
export function roomFor(lines: readonly string[]): number {
  let bytes = frameBytes;
  let count = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > limits.envelopeBytesMax || count === limits.envelopeItemsMax) break;
    count += 1;
  }
  return count;
}
