import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

function lose(locker: TestLocker): void {
  locker.give({ kind: 'boardSeen', board: 'board-1', state: 'lost', detail: 'no answer' });
  for (const slot of [1, 2, 3]) locker.door(slot, 'unknown');
}
function comeBack(locker: TestLocker, open: readonly number[]): void {
  locker.give({ kind: 'boardSeen', board: 'board-1', state: 'back', detail: 'answers again' });
  for (const slot of [1, 2, 3]) locker.door(slot, open.includes(slot) ? 'open' : 'closed');
  locker.pass(60_000);
}
const forced = (locker: TestLocker) => locker.facts('door.forced').map(({ slot }) => slot);

describe('a door that is open when its lost board is back', () => {
  it('was forced where it was shut before and nobody was let to it', () => {
    const locker = new TestLocker(usualPlan());
    lose(locker);
    locker.pass(600_000);
    comeBack(locker, [3]);
    expect(forced(locker)).toEqual([3]);
    expect(locker.kinds.filter((kind) => kind === 'door.opened')).toHaveLength(1);
    locker.door(3, 'closed');
    lose(locker);
    comeBack(locker, [3]);
    expect(forced(locker)).toEqual([3, 3]);
  });

  it('was not forced where it stood open before', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.pass(200_000);
    lose(locker);
    comeBack(locker, [2]);
    expect(forced(locker)).toEqual([]);
  });

  it('was not forced where somebody was let to it meanwhile, however long ago', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    lose(locker);
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: false } });
    locker.code('12345678');
    locker.pass(900_000);
    comeBack(locker, [2]);
    expect(forced(locker)).toEqual([]);
  });

  it('was not forced where its last pulse may have opened it', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.code('12345678');
    locker.pass(30_000);
    expect(locker.kinds).toContain('door.stuck');
    lose(locker);
    locker.pass(900_000);
    comeBack(locker, [2]);
    expect(forced(locker)).toEqual([]);
  });

  it('was not forced where a technician came meanwhile', () => {
    const locker = new TestLocker(usualPlan());
    lose(locker);
    locker.give({ kind: 'serviceSwitched', on: true });
    locker.give({ kind: 'serviceSwitched', on: false });
    locker.pass(600_000);
    comeBack(locker, [3]);
    expect(forced(locker)).toEqual([]);
  });

  it('is no forced one after a restart', () => {
    const locker = new TestLocker(usualPlan());
    lose(locker);
    locker.cut();
    comeBack(locker, [3]);
    expect(forced(locker)).toEqual([]);
  });
});
