import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

/** Slot 2 holds the parcel and its door stands open, as was last seen while nobody waited for it. */
function standingOpen(): TestLocker {
  const locker = new TestLocker(usualPlan());
  depositUsualParcel(locker);
  locker.door(2, 'open');
  return locker;
}
const pulsesOf = (locker: TestLocker) => locker.pulses.filter(({ slot }) => slot === 2).length;

describe('a door that stood open when nobody waited for it', () => {
  it('is shown open once it was watched long enough for a reading to say otherwise, and redeems as it moves', () => {
    const locker = standingOpen();
    locker.code('12345678');
    expect(locker.sentOf('watchDoor').at(-1)).toMatchObject({ slot: 2, on: true });
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    locker.pass(1_400);
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    expect(locker.facts('door.opened').filter(({ authorisation }) => authorisation)).toHaveLength(1);
    locker.pass(200);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2 });
    locker.door(2, 'closed');
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    expect(pulsesOf(locker)).toBe(1);
  });

  it.each(['closed', 'unknown'] as const)('and is %s when it is looked at is pulsed', (position) => {
    const locker = standingOpen();
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.code('12345678');
    locker.door(2, position);
    locker.pass(1_600);
    expect(pulsesOf(locker)).toBe(2);
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    locker.door(2, 'open');
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    locker.pass(1_600);
    expect(locker.facts('door.opened').filter(({ authorisation }) => authorisation)).toHaveLength(2);
  });

  it('is pulsed no more where another asking took the place of the first', () => {
    const locker = standingOpen();
    locker.code('12345678');
    locker.pass(1_600);
    locker.touch({ do: 'reopen' });
    locker.pass(10_000);
    expect(pulsesOf(locker)).toBe(1);
    locker.door(2, 'closed');
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
  });
});
