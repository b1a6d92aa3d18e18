import { expect, test } from 'vitest';
import type { OpsDoor } from '../ops-door-schemas.ts';
import { worstFirst } from './worst-first.ts';

const openings = { openings: 9, stuck: 0, firstOpenPercent: 100, opensInMs: 300 };
const none = { openings: 0, stuck: 0, firstOpenPercent: null, opensInMs: null };
const door = (slot: number, change: Partial<OpsDoor> = {}): OpsDoor => ({
  ...({ slot, size: 'S', status: 'inService', faulty: false, faultReason: null, wearing: null } as const),
  ...({ occupancy: 'empty', door: 'closed', boardLost: false, days7: openings, days30: openings } as const),
  ...change,
});

test('the doors that need somebody come first', () => {
  const doors = [
    door(1, { days30: none }),
    door(2),
    door(3, { days30: { ...openings, opensInMs: 900 } }),
    door(4, { days30: { ...openings, firstOpenPercent: 0 } }),
    door(5, { days30: { ...openings, firstOpenPercent: 60 }, wearing: 'needs more attempts' }),
    door(6, { faulty: true, faultReason: 'technician' }),
    // That an operator wants it so is no fault of the door.
    door(7, { status: 'blocked' }),
    door(8, { faulty: true, faultReason: 'stuck', days30: { ...openings, firstOpenPercent: 40 } }),
  ];
  expect(worstFirst(doors).map(({ slot }) => slot)).toEqual([8, 6, 5, 4, 3, 2, 7, 1]);
});
