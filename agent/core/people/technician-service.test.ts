import { describe, expect, it } from 'vitest';
import { depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

const minuteMs = 60_000;

function serviced(): TestLocker {
  const locker = new TestLocker(usualPlan());
  locker.give({ kind: 'serviceSwitched', on: true });
  return locker;
}

function byConsole(locker: TestLocker, minutes: number): void {
  locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask: { do: 'startService', minutes } });
}

/** By hand, with a key: open, and shut again. */
function byHand(locker: TestLocker, slot: number): void {
  locker.door(slot, 'open');
  locker.door(slot, 'closed');
}

describe('a technician at work', () => {
  it('opens doors by hand: facts of the visit, none forced and none left open', () => {
    const locker = serviced();
    const [{ visit } = { visit: '' }] = locker.facts('service.started');
    locker.door(1, 'open');
    locker.pass(10 * minuteMs);
    locker.door(1, 'closed');
    expect(locker.facts('door.opened')).toMatchObject([{ slot: 1, visit }]);
    expect(locker.facts('door.closed')).toMatchObject([{ slot: 1, visit }]);
    expect(locker.facts('service.started')).toMatchObject([{ by: 'cabinet switch', minutes: 15 }]);
    expect(locker.kinds).not.toContain('door.forced');
    expect(locker.kinds).not.toContain('door.leftOpen');
    expect(locker.screen).toEqual({
      ...{ name: 'service', user: '', minutesLeft: 5 },
      touched: [{ slot: 1, door: 'closed', recorded: 'empty' }],
      unseen: [4],
    });
  });

  it('opens doors from the console within the same visit', () => {
    const locker = serviced();
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask: { do: 'open', slot: 3 } });
    const [{ visit } = { visit: '' }] = locker.facts('service.started');
    expect(locker.facts('access.authorised')).toMatchObject([{ slot: 3, visit }]);
    expect(locker.screen).toMatchObject({ touched: [{ slot: 3, door: 'open' }] });
    locker.door(3, 'closed');
    locker.pass(minuteMs);
    expect(locker.facts('visit.started')).toHaveLength(1);
    expect(locker.facts('visit.ended')).toHaveLength(0);
  });

  it('shuts and opens one door as often as it takes, and its switch is not called mad', () => {
    const locker = serviced();
    for (let turn = 0; turn < 10; turn += 1) byHand(locker, 1);
    expect(locker.kinds).not.toContain('door.flapping');
  });

  it('keeps everybody else waiting, and tells them', () => {
    const locker = serviced();
    for (const come of [
      () => locker.scanBadge(),
      () => locker.code('12345678'),
      () => locker.scan('PARCEL1'),
    ]) {
      come();
      expect(locker.view.notice).toEqual({ kind: 'beingServiced' });
    }
    expect(locker.pulses).toHaveLength(0);
    expect(locker.facts('access.denied')).toEqual([]);
  });

  it('waits for a pick-up that is under way', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.give({ kind: 'serviceSwitched', on: true });
    expect(locker.screen.name).toBe('doorOpen');
    locker.door(2, 'closed');
    expect(locker.screen.name).toBe('doorClosed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.collected')).toHaveLength(1);
    locker.pass(5_000);
    expect(locker.screen.name).toBe('service');
    locker.touch({ do: 'endService' });
    expect(locker.screen.name).toBe('idle');
  });

  it('sends a courier away who has no door at hand, after the one at hand', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.give({ kind: 'serviceSwitched', on: true });
    locker.door(2, 'closed');
    locker.scan('SECOND');
    expect(locker.view.notice).toEqual({ kind: 'beingServiced' });
    locker.pass(15_000);
    expect(locker.facts('package.deposited')).toHaveLength(1);
    expect(locker.facts('visit.ended')).toHaveLength(1);
    expect(locker.screen.name).toBe('service');
  });
});

describe('leaving', () => {
  it('asks for each slot that was touched, and ends once each is confirmed', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.give({ kind: 'serviceSwitched', on: true });
    byHand(locker, 1);
    byHand(locker, 2);
    locker.give({ kind: 'serviceSwitched', on: false });
    expect(locker.screen).toEqual({
      ...{ name: 'serviceLeaving', why: 'left' },
      touched: [
        { slot: 1, door: 'closed', recorded: 'empty' },
        { slot: 2, door: 'closed', recorded: 'occupied' },
      ],
    });
    locker.touch({ do: 'settleSlot', slot: 1, occupied: false });
    locker.touch({ do: 'settleSlot', slot: 3, occupied: true });
    locker.touch({ do: 'settleSlot', slot: 2, occupied: true });
    expect(locker.facts('slot.settled')).toMatchObject([
      { slot: 1, occupied: false, by: 'technician' },
      { slot: 2, occupied: true, by: 'technician' },
    ]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { barcode: 'PARCEL1' } });
    expect(locker.facts('service.ended')).toMatchObject([{ reason: 'left' }]);
    expect(locker.facts('visit.ended').at(-1)).toMatchObject({ reason: 'done' });
    expect(locker.screen.name).toBe('idle');
  });

  it('forgets no parcel, whoever says at the kiosk that its slot is empty: the console settles that', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.give({ kind: 'serviceSwitched', on: true });
    byHand(locker, 2);
    locker.pass(15 * minuteMs);
    locker.touch({ do: 'settleSlot', slot: 2, occupied: false });
    expect(locker.screen.name).toBe('idle');
    expect(locker.facts('slot.settled')).toEqual([]);
    expect(locker.facts('slot.unsettled')).toMatchObject([{ slot: 2 }]);
    expect(locker.facts('problem.reported')).toMatchObject([{ slot: 2, problem: 'slot empty' }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'unsettled', parcel: { barcode: 'PARCEL1' } });
    const ask = { do: 'settle', slot: 2, occupied: false } as const;
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask });
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null });
  });

  it('names a door that stands open, and takes no answer for it', () => {
    const locker = serviced();
    locker.door(1, 'open');
    locker.touch({ do: 'endService' });
    expect(locker.screen).toMatchObject({ touched: [{ slot: 1, door: 'open' }] });
    locker.touch({ do: 'settleSlot', slot: 1, occupied: false });
    expect(locker.view.notice).toEqual({ kind: 'closeDoorFirst', slot: 1 });
    locker.door(1, 'closed');
    locker.touch({ do: 'settleSlot', slot: 1, occupied: false });
    expect(locker.screen.name).toBe('idle');
  });

  it('unsettles what nobody confirms, each answer giving time for the next', () => {
    const locker = serviced();
    for (const slot of [1, 2, 3]) byHand(locker, slot);
    locker.touch({ do: 'endService' });
    locker.pass(1.5 * minuteMs);
    locker.touch({ do: 'settleSlot', slot: 1, occupied: false });
    locker.pass(1.5 * minuteMs);
    expect(locker.screen.name).toBe('serviceLeaving');
    locker.pass(minuteMs);
    expect(locker.facts('slot.unsettled').map(({ slot }) => slot)).toEqual([2, 3]);
    expect([1, 2, 3].map((slot) => locker.slot(slot).occupancy)).toEqual(['empty', 'unsettled', 'unsettled']);
    expect(locker.facts('service.ended')).toMatchObject([{ reason: 'left' }]);
  });

  it('comes by itself when the time is up', () => {
    const locker = serviced();
    byHand(locker, 1);
    locker.pass(15 * minuteMs);
    expect(locker.screen).toMatchObject({ name: 'serviceLeaving', why: 'time is up' });
    locker.pass(2 * minuteMs);
    expect(locker.facts('service.ended')).toMatchObject([{ reason: 'time is up' }]);
    expect(locker.slot(1).occupancy).toBe('unsettled');
    locker.give({ kind: 'serviceSwitched', on: false });
    expect(locker.facts('service.ended')).toHaveLength(1);
  });

  it('ends at once where nothing was touched', () => {
    const locker = serviced();
    locker.give({ kind: 'serviceSwitched', on: false });
    expect(locker.kinds).toEqual(['visit.started', 'service.started', 'service.ended', 'visit.ended']);
  });

  it('is taken back by the switch, in the same visit', () => {
    const locker = serviced();
    byHand(locker, 1);
    locker.give({ kind: 'serviceSwitched', on: false });
    locker.give({ kind: 'serviceSwitched', on: true });
    expect(locker.screen).toMatchObject({ name: 'service', touched: [{ slot: 1 }] });
    expect(locker.facts('visit.started')).toHaveLength(1);
  });

  it('counts a door that the console pulsed and nobody saw yet', () => {
    const locker = serviced();
    locker.onPulse = () => {};
    locker.give({ kind: 'technicianAsked', request: 'r', user: 'ada', ask: { do: 'open', slot: 3 } });
    locker.touch({ do: 'endService' });
    expect(locker.screen).toMatchObject({ name: 'serviceLeaving', touched: [{ slot: 3 }] });
    locker.pass(3 * minuteMs);
    expect(locker.slot(3).occupancy).toBe('unsettled');
    expect(locker.facts('visit.ended')).toHaveLength(1);
    expect(locker.facts('access.ended')).toHaveLength(1);
  });
});

describe('what nobody can see', () => {
  it('the technician says of a blind door, and it is asked for like the others', () => {
    const locker = serviced();
    locker.touch({ do: 'touchSlot', slot: 4 });
    locker.touch({ do: 'touchSlot', slot: 1 });
    expect(locker.screen).toMatchObject({ touched: [{ slot: 4, door: 'unknown' }], unseen: [] });
    locker.touch({ do: 'endService' });
    locker.touch({ do: 'settleSlot', slot: 4, occupied: true });
    expect(locker.slot(4).occupancy).toBe('occupied');
    locker.touch({ do: 'touchSlot', slot: 4 });
    expect(locker.screen.name).toBe('idle');
  });

  it('a sensor says of a slot that nobody confirmed', () => {
    const locker = serviced();
    locker.give({ kind: 'contentsSeen', slot: 1, contents: 'occupied' });
    byHand(locker, 1);
    locker.touch({ do: 'endService' });
    locker.pass(3 * minuteMs);
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 1, occupied: true, by: 'sensor' }]);
    expect(locker.slot(1).occupancy).toBe('occupied');
  });
});

describe('service from the console', () => {
  it('lasts as long as it was asked for, and the switch does not end it', () => {
    const locker = new TestLocker(usualPlan());
    byConsole(locker, 30);
    locker.give({ kind: 'serviceSwitched', on: false });
    expect(locker.screen).toMatchObject({ name: 'service', user: 'ada', minutesLeft: 30 });
    locker.pass(30 * minuteMs);
    expect(locker.facts('service.ended')).toMatchObject([{ reason: 'time is up' }]);
  });

  it('lasts no longer than two hours', () => {
    const locker = new TestLocker(usualPlan());
    byConsole(locker, 121);
    expect(locker.sentOf('answerTechnician').at(-1)?.answer).toMatchObject({ ok: false });
    expect(locker.kinds).toEqual([]);
  });
});

describe('a power cut while a technician is at work', () => {
  it('takes no time from them, and a door found open is touched', () => {
    const locker = serviced();
    byHand(locker, 1);
    locker.pass(5 * minuteMs);
    locker.doors.set(3, 'open');
    locker.cut({ offMs: 600 * minuteMs });
    expect(locker.screen).toMatchObject({
      name: 'service',
      minutesLeft: 10,
      touched: [{ slot: 1 }, { slot: 3 }],
    });
    locker.door(2, 'open');
    expect(locker.kinds).not.toContain('door.forced');
    expect(locker.facts('visit.started')).toHaveLength(1);
    locker.pass(13 * minuteMs);
    expect(locker.facts('service.ended')).toMatchObject([{ reason: 'time is up' }]);
  });

  it('ends it where no time is left, and what was touched is unsettled', () => {
    const locker = serviced();
    byHand(locker, 1);
    const { service } = locker.disk;
    if (!service) throw new Error('no service on disk');
    locker.disk = { ...locker.disk, service: { ...service, untilPoweredMs: 0 } };
    locker.cut();
    expect(locker.facts('service.ended')).toMatchObject([{ reason: 'interrupted' }]);
    expect(locker.facts('visit.ended')).toMatchObject([{ reason: 'interrupted' }]);
    expect(locker.slot(1).occupancy).toBe('unsettled');
    expect(locker.disk.service).toBeNull();
    expect(locker.screen.name).toBe('idle');
  });
});
