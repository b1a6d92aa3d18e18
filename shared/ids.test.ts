import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Cell,
  cellOfEntity,
  cellOfLocker,
  EntityId,
  entityId,
  LockerId,
  SlotNumber,
  slotId,
  Uuid,
  uuidAt,
  uuidBase,
  uuidsPerBase,
} from './index.ts';

const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
const uuid = '01926f2e-7c00-7abc-8def-0123456789ab';

describe('a UUID', () => {
  it('has the version, the variant and the time of RFC 9562 section 5.7, whatever the randomness', () => {
    fc.assert(
      fc.property(timeMs, random, fc.nat(uuidsPerBase - 1), (nowMs, bytes, index) => {
        const id = uuidAt(uuidBase(nowMs, bytes), index);
        expect(Uuid.safeParse(id).success).toBe(true);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs);
        expect(id.endsWith(index.toString(16).padStart(4, '0'))).toBe(true);
      }),
    );
  });

  it('sorts as text by time first, and then by its count', () => {
    fc.assert(
      fc.property(timeMs, timeMs, random, random, (left, right, one, other) => {
        fc.pre(left < right);
        expect(uuidAt(uuidBase(left, one), uuidsPerBase - 1) < uuidBase(right, other)).toBe(true);
      }),
    );
    const base = uuidBase(1_763_000_000_000, new Uint8Array(10).fill(0xff));
    const ids = Array.from({ length: uuidsPerBase }, (_, index) => uuidAt(base, index));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(uuidsPerBase);
    expect(ids[0]).toBe(base);
  });

  it('keeps 58 random bits', () => {
    const make = (bit: number) => {
      const bytes = new Uint8Array(10);
      bytes[Math.floor(bit / 8)] = 1 << (bit % 8);
      return uuidBase(0, bytes);
    };
    const ids = new Set(Array.from({ length: 80 }, (_, bit) => make(bit)));
    ids.delete(uuidBase(0, new Uint8Array(10)));
    expect(ids.size).toBe(58);
  });

  it('is not made of what does not hold one', () => {
    const bytes = new Uint8Array(10);
    for (const nowMs of [-1, 0.5, 2 ** 48, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => uuidBase(nowMs, bytes)).toThrow(RangeError);
    expect(() => uuidBase(0, new Uint8Array(7))).toThrow(RangeError);
    for (const index of [-1, uuidsPerBase, 0.5, Number.NaN])
      expect(() => uuidAt(uuid, index)).toThrow(RangeError);
  });
});

describe('the forms of ids', () => {
  it.each([
    [
      Cell,
      ['gb', 'in-south', 'de-2'],
      ['', 'GB', 'g', 'gbr', 'gb-', 'gb-a-b', 'gb\n', '__proto__', 'gb-abcdefghijklm'],
    ],
    [
      LockerId,
      ['gb-7k3m9x2p', 'in-south-00000000'],
      [
        'gb',
        'gb-',
        'gb-7k3m9x2',
        'gb-7K3M9X2P',
        'gb-7k3m9x2p\n',
        ' gb-7k3m9x2p',
        'gb/7k3m9x2p',
        'constructor',
      ],
    ],
    [
      Uuid,
      [uuid],
      [
        uuid.toUpperCase(),
        uuid.replace('-7abc', '-4abc'),
        uuid.replace('-8def', '-cdef'),
        `${uuid}\n`,
        uuid.replaceAll('-', ''),
      ],
    ],
    [
      EntityId,
      [`gb_${uuid}`, `in-south_${uuid}`],
      [uuid, `gb-${uuid}`, `GB_${uuid}`, `_${uuid}`, `gb_${uuid} `],
    ],
    [SlotNumber, [1, 999], [0, -1, 1000, 1.5, '1', Number.NaN, null]],
  ])('form %#', (schema, good, bad) => {
    for (const value of good) expect(schema.safeParse(value).success, `${value}`).toBe(true);
    for (const value of bad) expect(schema.safeParse(value).success, `${value}`).toBe(false);
  });

  it('name their cell of birth', () => {
    expect(cellOfLocker('gb-7k3m9x2p')).toBe('gb');
    expect(cellOfLocker('in-south-7k3m9x2p')).toBe('in-south');
    expect(cellOfEntity(entityId('in-south', uuid))).toBe('in-south');
    expect(EntityId.safeParse(entityId('gb', uuid)).success).toBe(true);
    expect(slotId('gb-7k3m9x2p', 3)).toBe('gb-7k3m9x2p:3');
  });
});
