import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DoorHealth,
  dayOf,
  healthAfter,
  newHealth,
  nextDay,
  type OpeningSample,
  openingsBeforeAlarm,
  opensInMsMax,
  ratesOf,
} from './health.ts';

const good: OpeningSample = { firstOpen: true, stuck: false, opensInMs: 200 };
const bad: OpeningSample = { firstOpen: false, stuck: true, opensInMs: null };
const late: OpeningSample = { ...good, opensInMs: 600 };
const after = (before: DoorHealth, sample: OpeningSample, times: number): DoorHealth =>
  Array.from({ length: times }).reduce<DoorHealth>((health) => healthAfter(health, sample), before);
const settled = after(newHealth(1), good, 100);

describe('a door’s health', () => {
  it('counts each opening of the day, and keeps its past over the next', () => {
    const health = [good, late, { ...bad, stuck: false }, bad].reduce(healthAfter, newHealth(7));
    const day = { slot: 7, openings: 4, firstOpens: 2, pulses: 0, stuck: 1, opensInMs: 400 };
    expect(dayOf(health)).toEqual(day);
    const next = nextDay({ ...health, day: '2026-01-01' });
    expect(dayOf(next)).toEqual({ ...day, openings: 0, firstOpens: 0, stuck: 0, opensInMs: null });
    expect(next).toMatchObject({ day: null, known: 4, recentFirstOpen: health.recentFirstOpen });
  });

  it('of an opening that nobody saw the end of tells nothing about the latch', () => {
    const unseen = healthAfter(settled, { firstOpen: null, stuck: false, opensInMs: null });
    expect(ratesOf(unseen)).toEqual(ratesOf(settled));
    expect(unseen.openings).toBe(settled.openings + 1);
  });

  it('times no door that a hand opened long after its pulse', () => {
    const slowHand = healthAfter(settled, { ...good, opensInMs: opensInMsMax + 1 });
    expect(ratesOf(slowHand)).toEqual(ratesOf(settled));
  });
});

describe('wear', () => {
  it('is not one bad opening, nor two, nor one that took long', () => {
    expect(after(settled, bad, 2).wearing).toBeNull();
    expect(healthAfter(settled, { ...good, opensInMs: opensInMsMax }).wearing).toBeNull();
  });

  it('shows in failures that pile up, and in times that rise', () => {
    expect(after(settled, bad, 3).wearing).toBe('needs more attempts');
    expect(after(settled, late, 10).wearing).toBe('opens later');
  });

  it('is never seen in a door of which too little is known', () => {
    const few = fc.array(fc.constantFrom(good, bad, late), { maxLength: openingsBeforeAlarm - 1 });
    fc.assert(
      fc.property(few, (samples) => samples.reduce(healthAfter, newHealth(1)).wearing === null),
      { numRuns: 200 },
    );
  });

  it('shows against the door’s own past: one that was always slow is not wearing', () => {
    const slow = after(newHealth(1), late, 100);
    expect(after(slow, { ...late, opensInMs: 700 }, 50).wearing).toBeNull();
  });

  it('that comes slowly shows all the same', () => {
    let health = settled;
    for (let opensInMs = 200; opensInMs <= 500 && !health.wearing; opensInMs += 3)
      health = healthAfter(health, { ...good, opensInMs });
    expect(health.wearing).toBe('opens later');
  });

  it('does not become its own measure, and is over only when most of it is gone', () => {
    const wearing = after(settled, late, 10);
    const worn = after(wearing, late, 300);
    expect(worn).toMatchObject({ wearing: 'opens later', usualOpensInMs: wearing.usualOpensInMs });
    const better = after(worn, { ...good, opensInMs: 310 }, 40);
    expect(better.wearing).toBe('opens later');
    expect(after(better, good, 40).wearing).toBeNull();
  });

  it('is no false alarm in a moody door that stays as it was', () => {
    const verdicts = fc.sample(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 300, maxLength: 300 }), {
      numRuns: 40,
      seed: 1,
    });
    const alarms = verdicts.filter((draws) => {
      let health = after(newHealth(1), good, 0);
      return draws.some((draw) => {
        health = healthAfter(health, { ...good, firstOpen: draw >= 2 });
        return health.wearing !== null;
      });
    });
    expect(alarms.length).toBeLessThanOrEqual(4);
  });
});

it('whatever happens, no count is negative and every rate is one', () => {
  const sample = fc.record({
    firstOpen: fc.option(fc.boolean()),
    stuck: fc.boolean(),
    opensInMs: fc.option(fc.oneof(fc.integer(), fc.double())),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 100 }), (samples) => {
      const health = samples.reduce(healthAfter, newHealth(1));
      const { firstOpenPercent, usualFirstOpenPercent, ...times } = ratesOf(health);
      for (const percent of [firstOpenPercent, usualFirstOpenPercent]) {
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThanOrEqual(100);
      }
      for (const ms of [...Object.values(times), dayOf(health).opensInMs])
        if (ms !== null) expect(ms >= 0 && ms <= opensInMsMax).toBe(true);
      const { openings, firstOpens, stuck, timed, known, knownTimed, timedMsSum } = health;
      for (const count of [openings, firstOpens, stuck, timed, known, knownTimed, timedMsSum])
        expect(count).toBeGreaterThanOrEqual(0);
      expect(Math.max(firstOpens, known, timed, stuck)).toBeLessThanOrEqual(openings);
    }),
    { numRuns: 200 },
  );
});
