import { describe, expect, it } from 'vitest';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

const jam = (locker: TestLocker, slot: number) => {
  const obey = locker.onPulse;
  locker.onPulse = (pulse) =>
    pulse.slot === slot
      ? locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } })
      : obey(pulse);
  return () => {
    locker.onPulse = obey;
  };
};
const authorised = (locker: TestLocker, slot: number) =>
  locker.facts('access.authorised').find((fact) => fact.slot === slot)?.authorisation;

describe('a door that opens after its opening was given up', () => {
  it('was not forced: it opened late, its slot is unsettled, and it shuts again under the same name', () => {
    const locker = new TestLocker(usualPlan());
    jam(locker, 2);
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(12_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 1 });
    locker.door(2, 'open', 9_000);
    const authorisation = authorised(locker, 2);
    expect(locker.facts('door.opened').at(-1)).toMatchObject({ slot: 2, authorisation, afterMs: 9_000 });
    expect(locker.facts('slot.unsettled')).toMatchObject([{ slot: 2, authorisation }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
    expect(locker.slot(2).outOfService).toEqual(['stuck']);
    expect(locker.kinds).not.toContain('door.forced');
    locker.door(2, 'closed');
    expect(locker.facts('door.closed').at(-1)).toMatchObject({ slot: 2, authorisation });
    locker.door(2, 'open');
    expect(locker.facts('door.forced')).toMatchObject([{ slot: 2 }]);
  });

  it('at a pick-up keeps parcel and grant: the recipient comes again', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    const obey = jam(locker, 2);
    locker.code('12345678');
    locker.pass(12_000);
    locker.touch({ do: 'finish' });
    locker.door(2, 'open');
    locker.door(2, 'closed');
    expect(locker.facts('grant.redeemed')).toHaveLength(0);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { booking: anId(2) } });
    obey();
    locker.pass(60_000);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
  });

  it('much later was forced after all', () => {
    const locker = new TestLocker(usualPlan());
    jam(locker, 2);
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(80_000);
    locker.door(2, 'open');
    expect(locker.facts('door.forced')).toMatchObject([{ slot: 2 }]);
    expect(locker.facts('door.opened').at(-1)).not.toHaveProperty('authorisation');
  });

  it('while its recipient is still told that it stays shut is theirs', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    jam(locker, 2);
    locker.code('12345678');
    locker.pass(12_000);
    expect(locker.screen).toMatchObject({ name: 'stuck', why: 'did not open' });
    locker.door(2, 'open', 11_000);
    expect(locker.screen).toMatchObject({ name: 'doorOpen', slot: 2, purpose: 'collect' });
    expect(locker.facts('door.opened').at(-1)).toMatchObject({ slot: 2, afterMs: 11_000 });
    expect(locker.facts('grant.redeemed')).toHaveLength(1);
    expect(locker.slot(2).outOfService).toEqual([]);
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    expect(locker.screen.name).toBe('thanks');
  });

  it('after another opening of it that went well was forced', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    const obey = jam(locker, 2);
    locker.code('12345678');
    locker.pass(12_000);
    obey();
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    locker.door(2, 'open');
    expect(locker.facts('door.forced')).toMatchObject([{ slot: 2 }]);
  });

  it('of which no coil was driven was forced', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: false, reason: 'queue full' } });
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(12_000);
    locker.door(2, 'open');
    expect(locker.facts('door.forced')).toMatchObject([{ slot: 2 }]);
  });
});

describe('an opening whose board is silent at the start', () => {
  const cutWithSilentBoard = () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    for (const slot of [1, 2, 3]) locker.doors.set(slot, 'unknown');
    locker.cut();
    locker.pass(600_000);
    return locker;
  };

  it('is what its door stands open from, once that is seen', () => {
    const locker = cutWithSilentBoard();
    locker.door(2, 'open');
    const authorisation = authorised(locker, 2);
    expect(locker.facts('door.opened').at(-1)).toMatchObject({ slot: 2, authorisation, atStart: false });
    expect(locker.facts('slot.unsettled')).toHaveLength(1);
  });

  it('opens nothing more once its door was seen shut', () => {
    const locker = cutWithSilentBoard();
    locker.door(2, 'closed');
    locker.door(2, 'open');
    expect(locker.facts('door.forced')).toMatchObject([{ slot: 2 }]);
  });
});
