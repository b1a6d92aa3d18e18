import { digestOf, limits, planLine } from '@latchwork/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanItemRow } from '../ledger/index.ts';
import { deltaParts, snapshotParts } from './plan-parts.ts';

const item = (rev: number, characters = 10): PlanItemRow => {
  const id = `id${rev}`;
  const body = { jws: 'x'.repeat(characters) };
  return { kind: 'keyset', id, rev, line: planLine({ kind: 'keyset', id, rev, body }) };
};
const gone = (rev: number): PlanItemRow => ({ kind: 'grant', id: `id${rev}`, rev, line: null });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('a small delta is one message; an ended item is a tombstone', () => {
  expect(deltaParts(3, { serverEpoch: 9, rev: 6, items: [item(4), gone(6)] })).toEqual([
    {
      serverEpoch: 9,
      rev: 6,
      body: { as: 'delta', fromRev: 3 },
      lines: [item(4).line, '{"kind":"grant","id":"id6","rev":6,"gone":true}'],
    },
  ]);
});

test('the last delta ends at the head, whatever its last item says', () => {
  expect(deltaParts(3, { serverEpoch: 9, rev: 8, items: [item(4)] })).toMatchObject([{ rev: 8 }]);
});

test('many items make a chain in which each delta begins where the one before ends', () => {
  const parts = deltaParts(10, { serverEpoch: 9, rev: 150, items: range(11, 150).map((rev) => item(rev)) });
  expect(parts.map(({ rev, body, lines }) => [body, rev, lines.length])).toEqual([
    [{ as: 'delta', fromRev: 10 }, 74, 64],
    [{ as: 'delta', fromRev: 74 }, 138, 64],
    [{ as: 'delta', fromRev: 138 }, 150, 12],
  ]);
});

test('a snapshot is in numbered parts under one digest over every line, without tombstones', () => {
  const items = [...range(1, 70).map((rev) => item(rev)), gone(71)];
  const parts = snapshotParts({ serverEpoch: 9, rev: 71, items });
  const digest = digestOf(range(1, 70).map((rev) => item(rev).line ?? ''));
  expect(parts.map(({ rev, body, lines }) => [rev, body, lines.length])).toEqual([
    [71, { as: 'snapshot', part: 1, parts: 2, digest }, 64],
    [71, { as: 'snapshot', part: 2, parts: 2, digest }, 6],
  ]);
});

test('an empty plan is one empty part', () => {
  const body = { as: 'snapshot', part: 1, parts: 1, digest: digestOf([]) };
  expect(snapshotParts({ serverEpoch: 9, rev: 4, items: [] })).toEqual([
    { serverEpoch: 9, rev: 4, body, lines: [] },
  ]);
});

test('whatever the items are, nothing is lost and every message has room in an envelope', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 200 }), (sizes) => {
      const items = sizes.map((characters, index) => item(index + 1, characters));
      const parts = snapshotParts({ serverEpoch: 1, rev: sizes.length, items });
      expect(parts.flatMap(({ lines }) => lines)).toEqual(items.map(({ line }) => line));
      for (const { lines } of parts) {
        expect(lines.length).toBeLessThanOrEqual(limits.envelopeItemsMax);
        expect(Buffer.byteLength(lines.join('\n'))).toBeLessThan(limits.envelopeBytesMax - 2_000);
      }
    }),
    { numRuns: 30 },
  );
});
