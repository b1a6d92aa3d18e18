import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestOf,
  limits,
  type PlanBody,
  type PlanItem,
  type PlanKind,
  PlanLine,
  parsePlanItem,
  planBodies,
  planDigests,
  planLine,
} from './index.ts';

const id = 'gb_01926f2e-7c00-7abc-8def-0123456789ab';
const hash = 'a'.repeat(43);
/** JSON escapes it with six bytes: nothing is longer. */
const widest = (characters: number) => '\u0001'.repeat(characters);
const largestTime = 253_402_300_799_999;

/** The largest body of each kind. A new kind does not compile without one. */
const largest: { [K in PlanKind]: Required<PlanBody<K>> } = {
  slot: { size: 'L', features: Array(16).fill(widest(32)), inService: false },
  booking: {
    slot: 999,
    size: 'L',
    barcodes: Array(4).fill(widest(limits.barcodeCharactersMax)),
    expiresAt: largestTime,
  },
  grant: { booking: id, codeHash: hash, expiresAt: largestTime },
  revocation: { of: 'courier', at: largestTime },
  courier: { carrier: widest(limits.textCharactersMax), badgeHash: hash, expiresAt: largestTime },
  policy: {
    lockerName: widest(limits.textCharactersMax),
    helpNumber: widest(limits.textCharactersMax),
    unknownBarcodes: 'accept',
    reopenGraceS: 3600,
    visitIdleS: 600,
    settleS: 120,
    leftOpenS: 3600,
  },
  keyset: { jws: 'x'.repeat(3000) },
};

describe.each(Object.entries(largest))('a plan item: %s', (kind, body) => {
  const item = { kind, id: 'x'.repeat(64), rev: Number.MAX_SAFE_INTEGER, body } as PlanItem;
  const line = planLine(item);

  it('survives writing and reading', () => {
    expect(parsePlanItem(PlanLine.parse(JSON.parse(line)))).toEqual(item);
  });

  it('fits its line at its largest', () => {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(limits.planItemBytesMax);
  });

  it('is not understood with a further field', () => {
    expect(parsePlanItem({ ...item, body: { ...body, colour: 'red' } })).toBeUndefined();
  });

  it('needs every field that is not optional', () => {
    const shape = planBodies[kind as PlanKind].shape as Record<
      string,
      { safeParse(value: unknown): { success: boolean } }
    >;
    for (const [field, schema] of Object.entries(shape)) {
      const without = Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
      const understood = parsePlanItem({ ...item, body: without }) !== undefined;
      expect(understood, field).toBe(schema.safeParse(undefined).success);
    }
  });
});

describe('a plan line', () => {
  it.each(['lid', 'constructor', '__proto__', 'toString'])(
    'of the unknown kind %s is kept, not understood',
    (kind) => {
      const line = PlanLine.parse({ kind, id: '1', rev: 1, body: {} });
      expect(parsePlanItem(line)).toBeUndefined();
    },
  );

  it('with `gone` ends an item', () => {
    const line = PlanLine.parse({ kind: 'slot', id: '1', rev: 2, gone: true });
    expect(parsePlanItem(line)).toBeUndefined();
  });

  it.each([
    ['neither a body nor gone', { kind: 'slot', id: '1', rev: 1 }],
    ['both', { kind: 'slot', id: '1', rev: 1, body: largest.slot, gone: true }],
    ['gone without being gone', { kind: 'slot', id: '1', rev: 1, gone: false }],
    ['no revision', { kind: 'slot', id: '1', body: largest.slot }],
    ['a revision below 0', { kind: 'slot', id: '1', rev: -1, body: largest.slot }],
    ['an empty id', { kind: 'slot', id: '', rev: 1, body: largest.slot }],
    ['a further field', { kind: 'slot', id: '1', rev: 1, body: largest.slot, colour: 'red' }],
  ])('is refused: %s', (_, value) => {
    expect(PlanLine.safeParse(value).success).toBe(false);
  });
});

describe('a digest', () => {
  const lines = fc.array(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    { maxLength: 20 },
  );

  it('is SHA-256 over the sorted lines, each with a line feed', () => {
    expect(digestOf(['b', 'a', 'B'])).toBe(createHash('sha256').update('B\na\nb\n').digest('base64url'));
    expect(digestOf([])).toBe(createHash('sha256').digest('base64url'));
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(
        lines.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([one, other]) => {
          expect(digestOf(other)).toBe(digestOf(one));
        },
      ),
    );
  });

  it('changes with any change of any line', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.constantFrom(' ', '0', 'é'), (all, at, added) => {
        fc.pre(all.length > 0);
        const index = at % all.length;
        const digest = digestOf(all);
        expect(digestOf(all.with(index, all[index] + added))).not.toBe(digest);
        expect(digestOf(all.toSpliced(index, 1))).not.toBe(digest);
        expect(digestOf([...all, all[index] ?? ''])).not.toBe(digest);
      }),
    );
  });

  it('is made per kind, in whatever order the items come', () => {
    const items = [
      { kind: 'slot', line: 's2' },
      { kind: 'booking', line: 'b1' },
      { kind: 'slot', line: 's1' },
    ];
    const digests = { booking: digestOf(['b1']), slot: digestOf(['s1', 's2']) };
    expect(planDigests(items)).toEqual(digests);
    expect(JSON.stringify(planDigests(items.toReversed()))).toBe(JSON.stringify(digests));
    expect(planDigests([])).toEqual({});
  });

  it('differs when a line moves to another kind', () => {
    const one = planDigests([
      { kind: 'slot', line: 'x' },
      { kind: 'grant', line: 'y' },
    ]);
    const other = planDigests([
      { kind: 'slot', line: 'y' },
      { kind: 'grant', line: 'x' },
    ]);
    expect(one).not.toEqual(other);
  });
});
