import { expect, test } from 'vitest';
import { firstState } from './register-locker.ts';
import type { SlotRow } from './rows.ts';
import { registration } from './samples.contract.ts';
import { slotCache } from './slot-cache.ts';

const rows = (slots: number): SlotRow[] => firstState(registration('gb-00000001', slots)).rows.slots;

test('gives what was put, for exactly that version', () => {
  const cache = slotCache();
  const slots = rows(2);
  cache.put('gb-00000001', 7, slots);
  expect(cache.get('gb-00000001', 7)).toBe(slots);
  expect(cache.get('gb-00000001', 6)).toBeUndefined();
  expect(cache.get('gb-00000001', 8)).toBeUndefined();
  expect(cache.get('gb-00000002', 7)).toBeUndefined();
  cache.clear();
  expect(cache.get('gb-00000001', 7)).toBeUndefined();
});

test('drops what was put longest ago when it is full', () => {
  const cache = slotCache(5);
  cache.put('gb-00000001', 1, rows(2));
  cache.put('gb-00000002', 1, rows(2));
  cache.put('gb-00000001', 2, rows(2));
  cache.put('gb-00000003', 1, rows(1));
  cache.put('gb-00000004', 1, rows(2));
  const held = [1, 2, 3, 4].map((n) => cache.get(`gb-0000000${n}`, n === 1 ? 2 : 1)?.length);
  expect(held).toEqual([2, undefined, 1, 2]);
});

test('holds rows that nobody can change', () => {
  const cache = slotCache();
  const slots = rows(1);
  cache.put('gb-00000001', 1, slots);
  expect(() => Object.assign(slots[0] as SlotRow, { faulty: true })).toThrow(TypeError);
});
