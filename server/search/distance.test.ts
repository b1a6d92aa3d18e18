import { expect, test } from 'vitest';
import { distanceKm, middleOf } from './distance.ts';

const london = { lat: 51.5074, long: -0.1278 };
const paris = { lat: 48.8566, long: 2.3522 };

test('distances are right, in both directions, at the poles and across the date line', () => {
  expect(distanceKm(london, paris)).toBeCloseTo(343.6, 0);
  expect(distanceKm(paris, london)).toBeCloseTo(343.6, 0);
  expect(distanceKm(london, london)).toBe(0);
  expect(distanceKm({ lat: 0, long: 179.9 }, { lat: 0, long: -179.9 })).toBeCloseTo(22.24, 1);
  expect(distanceKm({ lat: 90, long: 0 }, { lat: -90, long: 77 })).toBeCloseTo(20_015.1, 0);
});

test('the middle of two places across the date line lies between them', () => {
  const middle = middleOf([
    { lat: -16, long: 179 },
    { lat: -18, long: -179 },
  ]);
  expect(middle?.lat).toBe(-17);
  expect(Math.abs(middle?.long ?? 0)).toBe(180);
  expect(middleOf([])).toBeUndefined();
});
