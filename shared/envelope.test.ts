import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, type OpenedEnvelope, openEnvelope, roomFor, sealEnvelope } from './index.ts';

const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);
const topic = 'lw1/gb/gb-7k3m9x2p/up/events';
const header = { v: 1, type: 'events' };
const lines = ['{"seq":1}', '{"seq":2,"text":"Zoë 📦"}'];

/** Sealed by plain node:crypto, whatever the body is. */
function sealed(body: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(body as string);
  const seal = createHmac('sha256', key).update(`${topic}\n`).update(bytes).digest('base64url');
  return Buffer.concat([bytes, Buffer.from(seal)]);
}

const open = (bytes: Uint8Array) => openEnvelope(key, topic, bytes);
const reasonOf = (opened: OpenedEnvelope) => (opened.ok ? 'opened' : opened.reason);

describe('an envelope', () => {
  it('carries the header and the exact item lines', () => {
    const bytes = sealEnvelope(key, topic, header, lines);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(sealed(`{"v":1,"type":"events"}\n${lines.join('\n')}\n`)));
    expect(open(bytes)).toEqual({ ok: true, envelope: { header, lines } });
  });

  it('may have no items', () => {
    expect(open(sealEnvelope(key, topic, header))).toEqual({ ok: true, envelope: { header, lines: [] } });
  });

  it('survives writing and reading, whatever its content', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.jsonValue(), { maxLength: limits.envelopeItemsMax }),
        (value, items) => {
          const itemLines = items.map((item) => JSON.stringify(item));
          const opened = open(sealEnvelope(key, topic, { value }, itemLines));
          expect(opened).toEqual({
            ok: true,
            envelope: { header: JSON.parse(JSON.stringify({ value })), lines: itemLines },
          });
        },
      ),
    );
  });
});

describe('a forged envelope', () => {
  const bytes = sealEnvelope(key, topic, header, lines);

  it('has the wrong seal, topic or direction', () => {
    expect(reasonOf(openEnvelope(otherKey, topic, bytes))).toBe('bad seal');
    expect(reasonOf(openEnvelope(key, topic.replace('events', 'beat'), bytes))).toBe('bad seal');
    expect(reasonOf(openEnvelope(key, topic.replace('7k3m9x2p', '7k3m9x2q'), bytes))).toBe('bad seal');
    expect(reasonOf(openEnvelope(key, '', bytes))).toBe('bad seal');
  });

  it('is refused when any one byte differs', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(open(changed).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused at every length but its own', () => {
    for (let length = 0; length < bytes.length; length += 1)
      expect(open(bytes.subarray(0, length)).ok).toBe(false);
    expect(reasonOf(open(Buffer.concat([bytes, Buffer.from('\n')])))).toBe('bad seal');
    expect(reasonOf(open(Buffer.concat([bytes, bytes])))).toBe('bad seal');
  });

  it('is refused whatever noise it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => !open(noise).ok));
  });

  it.each([
    ['its line feeds became CR LF', `${Buffer.from(bytes).toString().replaceAll('\n', '\r\n')}`],
    ['a byte order mark was put before it', `\uFEFF${Buffer.from(bytes)}`],
    [
      'two items changed places',
      Buffer.from(bytes).toString().replace(lines.join('\n'), lines.toReversed().join('\n')),
    ],
    ['an item was taken out', Buffer.from(bytes).toString().replace(`${lines[0]}\n`, '')],
  ])('is refused when %s', (_, text) => {
    expect(reasonOf(open(Buffer.from(text)))).toBe('bad seal');
  });
});

describe('a well-sealed envelope that is none', () => {
  it.each([
    ['nothing at all', new Uint8Array(0), 'malformed'],
    ['a seal alone', sealed(''), 'malformed'],
    ['no line feed before the seal', sealed('{}'), 'malformed'],
    ['an empty header', sealed('\n'), 'malformed'],
    ['a header that is not JSON', sealed('{"v":1\n'), 'malformed'],
    ['a byte order mark', sealed(`\uFEFF${JSON.stringify(header)}\n`), 'malformed'],
    ['bytes that are not UTF-8', sealed(Buffer.from([0x22, 0xff, 0x22, 0x0a])), 'not UTF-8'],
    [
      'half a surrogate pair in UTF-8',
      sealed(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22, 0x0a])),
      'not UTF-8',
    ],
    ['too many items', sealed(`{}\n${'{}\n'.repeat(limits.envelopeItemsMax + 1)}`), 'too many items'],
    ['too many bytes', sealed(`"${'x'.repeat(limits.envelopeBytesMax - 45)}"\n`), 'too large'],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(open(bytes))).toBe(reason);
  });

  it('is opened at exactly the limits', () => {
    expect(open(sealed(`{}\n${'{}\n'.repeat(limits.envelopeItemsMax)}`)).ok).toBe(true);
    const largest = sealed(`"${'x'.repeat(limits.envelopeBytesMax - 46)}"\n`);
    expect(largest).toHaveLength(limits.envelopeBytesMax);
    expect(open(largest).ok).toBe(true);
  });
});

describe('a writer', () => {
  it('cannot make an envelope over the limits, or an item of more or less than one line', () => {
    const make = (items: string[]) => () => sealEnvelope(key, topic, header, items);
    expect(make(Array(limits.envelopeItemsMax + 1).fill('1'))).toThrow(RangeError);
    expect(make(['x'.repeat(limits.envelopeBytesMax)])).toThrow(RangeError);
    expect(make(['{"a":1}\n{"b":2}'])).toThrow(RangeError);
    expect(make([''])).toThrow(RangeError);
  });

  it('is told how many lines fit, and they do', () => {
    const line = fc
      .tuple(fc.integer({ min: 1, max: limits.eventLineBytesMax }), fc.constantFrom('x', 'ë', '📦'))
      .map(([bytes, filling]) => filling.repeat(Math.ceil(bytes / Buffer.byteLength(filling))))
      .map((text) => (Buffer.byteLength(text) > limits.eventLineBytesMax ? 'x' : text));
    const longHeader = { ...header, filling: 'x'.repeat(1900) };
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 100 }), (texts) => {
        const count = roomFor(texts);
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(limits.envelopeItemsMax);
        expect(open(sealEnvelope(key, topic, longHeader, texts.slice(0, count))).ok).toBe(true);
      }),
      { numRuns: 50 },
    );
    expect(roomFor([])).toBe(0);
    expect(roomFor(Array(65).fill('1'))).toBe(limits.envelopeItemsMax);
  });
});
