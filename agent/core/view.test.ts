import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from './testing.ts';

type Outcome =
  | { driven: true; acknowledged: boolean }
  | { driven: false; reason: string; retryInMs?: number };
const driven: Outcome = { driven: true, acknowledged: true };

/** A locker whose boards answer each pulse as told, and whose doors stay shut. */
function answering(locker: TestLocker, outcomes: readonly (Outcome | undefined)[]): void {
  let next = 0;
  locker.onPulse = (pulse) => {
    const outcome = outcomes[next];
    next += 1;
    if (outcome) locker.give({ ...pulse, kind: 'pulseDone', outcome });
  };
}

describe('a person before a door that does not open', () => {
  it('is told at each stage what happens, and what to do', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    answering(locker, [{ driven: false, reason: 'resting', retryInMs: 1_000 }, driven, undefined]);
    const seen: unknown[] = [];
    const look = () => {
      const { screen } = locker;
      if (screen.name === 'unlocking') seen.push([screen.stage, screen.attempt, screen.attemptsMax]);
    };
    locker.code('12345678');
    look();
    locker.pass(1_200);
    look();
    locker.pass(1_500);
    look();
    locker.pass(2_000);
    look();
    expect(seen).toEqual([
      ['resting', 0, 3],
      ['watching', 1, 3],
      ['pushAndWait', 1, 3],
      ['pushNow', 2, 3],
    ]);
  });

  it('is told that the pulse is on its way', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    answering(locker, []);
    locker.code('12345678');
    expect(locker.screen).toMatchObject({ name: 'unlocking', stage: 'unlocking', attempt: 1 });
  });

  it.each([
    ['did not open', driven],
    ['not reached', { driven: false, reason: 'line lost' }],
  ] as const)('at a pick-up learns that it %s, and whom to call', (why, outcome) => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    answering(locker, [outcome, outcome, outcome]);
    locker.code('12345678');
    locker.pass(15_000);
    expect(locker.screen).toMatchObject({ name: 'stuck', help: 'callForHelp', slot: 2, why });
    expect(locker.view.helpNumber).toBe('0800 1');
    expect(locker.facts('problem.reported')).toMatchObject([{ slot: 2, problem: 'door did not open' }]);
  });

  it.each([
    ['slotOutOfService', driven],
    ['slotNotReached', { driven: false, reason: 'no answer' }],
  ] as const)('at a deposit is told %s, and which door opens instead', (kind, outcome) => {
    const locker = new TestLocker(usualPlan());
    answering(locker, [outcome, outcome, outcome]);
    locker.scanBadge();
    locker.scan('PARCEL1');
    for (let waitedMs = 0; locker.view.notice === null && waitedMs < 15_000; waitedMs += 100)
      locker.pass(100);
    expect(locker.view.notice).toEqual({ kind, slot: 2, next: 1 });
    expect(locker.screen).toMatchObject({ name: 'unlocking', slot: 1 });
  });
});
