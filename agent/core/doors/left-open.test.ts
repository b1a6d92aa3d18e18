import { describe, expect, it } from 'vitest';
import { TestLocker, usualPlan } from '../testing.ts';

const limitMs = 120_000;
const stagesOf = (locker: TestLocker) =>
  locker.facts('door.leftOpen').map(({ stage, openForMs }) => [stage, openForMs / limitMs]);

describe('a door left open', () => {
  it('is told of ever more seldom, whoever opened it, and at last no more', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(3, 'open');
    locker.pass(300 * limitMs);
    const stages = [1, 3, 10, 30, 100, 300].map((times, index) => [index + 1, times]);
    expect(stagesOf(locker)).toEqual(stages);
    locker.pass(1_000 * limitMs);
    expect(stagesOf(locker)).toHaveLength(stages.length);
    expect(locker.facts('door.leftOpen')[0]).not.toHaveProperty('authorisation');
  });

  it('is told of again from the beginning when it was shut in between', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(3, 'open');
    locker.pass(4 * limitMs);
    locker.door(3, 'closed');
    locker.pass(20 * limitMs);
    expect(stagesOf(locker)).toEqual([
      [1, 1],
      [2, 3],
    ]);
    locker.door(3, 'open');
    locker.pass(limitMs);
    expect(stagesOf(locker).at(-1)).toEqual([1, 1]);
  });

  it('is told of when it stood open at the start', () => {
    const locker = new TestLocker(usualPlan());
    locker.doors.set(3, 'open');
    locker.cut();
    locker.pass(limitMs);
    expect(locker.facts('door.opened')).toMatchObject([{ slot: 3, atStart: true }]);
    expect(stagesOf(locker)).toEqual([[1, 1]]);
  });

  it('of an opening bears its name, and waits anew for whoever comes next to that door', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(limitMs);
    const [first] = locker.facts('access.authorised');
    expect(locker.facts('door.leftOpen')).toMatchObject([{ authorisation: first?.authorisation, stage: 1 }]);
    expect(locker.screen.name).toBe('idle');
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(limitMs - 1_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2 });
    locker.pass(1_000);
    expect(stagesOf(locker)).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it('is not told of while nobody can see it, but the unit is free for others', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'unknown');
    locker.pass(10 * limitMs);
    expect(stagesOf(locker)).toEqual([]);
    expect(locker.screen.name).toBe('idle');
    locker.door(2, 'closed');
    expect(locker.facts('door.closed')).toMatchObject([{ slot: 2, authorisation: expect.any(String) }]);
  });
});
