import { describe, expect, it } from 'vitest';
import { consoleView } from '../console-view.ts';
import { TestLocker, usualPlan } from '../testing.ts';
import { coilsAtStart } from './coils-at-start.ts';

const dayMs = 86_400_000;

/** One parcel brought to slot 2 and taken back, whose door opens after so long; null for a door that stays shut. */
function openOnce(locker: TestLocker, opensInMs: number | null): void {
  locker.onPulse = (pulse) => {
    locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    if (opensInMs !== null) locker.door(pulse.slot, 'open', opensInMs);
  };
  locker.scanBadge();
  locker.scan('PARCEL1');
  if (opensInMs === null) locker.pass(30_000);
  locker.touch({ do: 'cancel' });
  if (opensInMs !== null) locker.door(2, 'closed', opensInMs);
  locker.touch({ do: 'finish' });
  locker.pass(60_000);
}

describe('how each door did', () => {
  it('is told once, on the day after it was used', () => {
    const locker = new TestLocker(usualPlan());
    locker.state = { ...locker.state, clock: { ...locker.state.clock, state: 'good' } };
    openOnce(locker, 200);
    openOnce(locker, 300);
    expect(locker.facts('door.health')).toHaveLength(0);
    locker.pass(3 * dayMs);
    expect(locker.facts('door.health')).toMatchObject([
      { slot: 2, day: '2026-01-01', openings: 2, firstOpens: 2, pulses: 2, stuck: 0, opensInMs: 250 },
    ]);
  });

  it('is told after a powered day where nobody knows the time', () => {
    const locker = new TestLocker(usualPlan());
    openOnce(locker, 200);
    locker.jumpWall(40 * dayMs);
    locker.pass(dayMs / 2);
    locker.cut({ offMs: 10 * dayMs });
    expect(locker.facts('door.health')).toHaveLength(0);
    locker.pass(dayMs / 2);
    expect(locker.facts('door.health')).toMatchObject([{ slot: 2, openings: 1 }]);
  });

  it('counts a door that stuck, with its three pulses', () => {
    const locker = new TestLocker(usualPlan());
    openOnce(locker, null);
    locker.pass(2 * dayMs);
    expect(locker.facts('door.health').filter(({ slot }) => slot === 2)).toMatchObject([
      { openings: 1, firstOpens: 0, pulses: 3, stuck: 1, opensInMs: null },
    ]);
  });

  it('counts a door that needed a second pulse as no first open', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) => {
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
      if (pulse.attempt === 2) locker.door(pulse.slot, 'open', 250);
    };
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(5_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2 });
    locker.pass(2 * dayMs);
    expect(locker.facts('door.health')).toMatchObject([
      { slot: 2, openings: 1, firstOpens: 0, pulses: 2, stuck: 0, opensInMs: 250 },
    ]);
  });

  it('warns once of a latch that opens ever later, and once of its recovery', () => {
    const locker = new TestLocker(usualPlan());
    for (let n = 0; n < 30; n += 1) openOnce(locker, 200);
    for (let n = 0; n < 12; n += 1) openOnce(locker, 600);
    expect(locker.facts('latch.wearing')).toMatchObject([
      { slot: 2, sign: 'opens later', firstOpenPercent: 100, usualFirstOpenPercent: 100 },
    ]);
    locker.cut();
    for (let n = 0; n < 30; n += 1) openOnce(locker, 200);
    expect(locker.facts('latch.wearing')).toHaveLength(1);
    expect(locker.facts('latch.recovered')).toMatchObject([{ slot: 2 }]);
  });
});

describe('the console’s view of a latch', () => {
  it('shows no rate of a door of which nobody knows whether it opened', () => {
    const locker = new TestLocker(usualPlan());
    const health = () => consoleView(locker.state).doors.find(({ slot }) => slot === 2)?.health;
    locker.onPulse = () => undefined;
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.cut();
    expect(health()).toBeNull();
    locker.onPulse = ({ slot }) => locker.door(slot, 'open');
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(5_000);
    expect(health()).toMatchObject({ firstOpenPercent: 100 });
  });
});

describe('a coil', () => {
  it('that was driven just before a restart rests first; then the door opens by itself', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = () => undefined;
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.cut({ offMs: 0 });
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.pulses).toHaveLength(1);
    expect(locker.screen).toMatchObject({ name: 'unlocking', stage: 'resting', attempt: 0 });
    locker.pass(2_900);
    expect(locker.pulses).toHaveLength(1);
    locker.pass(200);
    expect(locker.pulses).toHaveLength(2);
    expect(locker.pulses[1]).toMatchObject({ attempt: 1 });
  });

  it('is known to the next start with the time since its pulse and what it was tried', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(3_500);
    expect(coilsAtStart(locker.disk)).toEqual([{ slot: 2, sincePulseMs: 0, attempts: 2 }]);
    locker.door(2, 'open', 400);
    locker.pass(60_000);
    const [coil] = coilsAtStart(locker.disk);
    expect(coil).toMatchObject({ slot: 2, attempts: 0 });
    expect(coil?.sincePulseMs).toBeGreaterThan(50_000);
  });

  it('whose pulse nobody answered may have been driven at the last moment', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = () => undefined;
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(15_000);
    expect(coilsAtStart(locker.disk)).toEqual([{ slot: 2, sincePulseMs: 0, attempts: 1 }]);
  });
});
