import { describe, expect, it } from 'vitest';
import type { TechnicianAnswer } from '../effect.ts';
import type { TechnicianAsk } from '../input.ts';
import { anId, depositUsualParcel, TestLocker, usualPlan } from '../testing.ts';

let requests = 0;
function ask(locker: TestLocker, asked: TechnicianAsk, user = 'ada'): TechnicianAnswer {
  requests += 1;
  const request = String(requests);
  locker.give({ kind: 'technicianAsked', request, user, ask: asked });
  const answer = locker.sentOf('answerTechnician').find((sent) => sent.request === request)?.answer;
  if (!answer) throw new Error(`${asked.do} was not answered`);
  return answer;
}

const refused = (reason: string) => ({ ok: false, reason: expect.stringContaining(reason) });

describe('a technician at the console', () => {
  it('opens a door: a visit, an authorisation by name, one pulse, and the end of both once it is shut', () => {
    const locker = new TestLocker(usualPlan());
    expect(ask(locker, { do: 'open', slot: 1 })).toMatchObject({ ok: true });
    locker.door(1, 'closed');
    locker.pass(20_000);
    expect(locker.kinds).toEqual([
      'visit.started',
      'access.authorised',
      'door.pulsed',
      'door.opened',
      'door.closed',
      'access.ended',
      'visit.ended',
    ]);
    const [visit] = locker.facts('visit.started');
    expect(visit).toMatchObject({ person: 'technician' });
    expect(locker.facts('access.authorised')).toMatchObject([
      {
        slot: 1,
        visit: visit?.visit,
        purpose: 'service',
        allowedBy: { means: 'local technician', id: 'ada' },
      },
    ]);
    expect(locker.facts('visit.ended')).toMatchObject([{ visit: visit?.visit, reason: 'done' }]);
    expect(locker.pulses).toHaveLength(1);
    expect(locker.slot(1).occupancy).toBe('empty');
  });

  it('leaves a parcel where it is recorded, and takes no grant for it', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    ask(locker, { do: 'open', slot: 2 });
    locker.door(2, 'closed');
    locker.pass(20_000);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { barcode: 'PARCEL1' } });
    expect(locker.facts('package.collected')).toEqual([]);
    locker.code('12345678');
    expect(locker.screen.name).toBe('doorOpen');
  });

  it('never touches a slot that somebody else is using', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(ask(locker, { do: 'open', slot: 2 })).toEqual(refused('a courier is using slot 2'));
    expect(ask(locker, { do: 'settle', slot: 2, occupied: false })).toEqual(refused('a courier'));
    expect(ask(locker, { do: 'open', slot: 1 })).toMatchObject({ ok: true });
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.facts('package.deposited')).toHaveLength(1);
  });

  it('is told of another technician at the same door', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = () => {};
    expect(ask(locker, { do: 'open', slot: 1 }, 'ada')).toMatchObject({ ok: true });
    expect(ask(locker, { do: 'open', slot: 1 }, 'bob')).toEqual(
      refused('another technician is using slot 1'),
    );
    expect(locker.facts('access.authorised')).toHaveLength(1);
  });

  it('gives way to a recipient who comes for the parcel, whose opening is their own', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    ask(locker, { do: 'open', slot: 2 });
    locker.door(2, 'closed');
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    locker.code('12345678');
    expect(locker.facts('visit.ended').at(-1)).toMatchObject({ reason: 'replaced' });
    locker.pass(600_000);
    expect(locker.facts('package.collected')).toEqual([]);
    expect(locker.slot(2).occupancy).not.toBe('empty');
  });

  it('gets a pulse at a door that reads open, is told so, and says what lies inside once nobody shut it', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.door(2, 'open');
    const pulses = locker.pulses.length;
    expect(ask(locker, { do: 'open', slot: 2 })).toMatchObject({
      ok: true,
      note: expect.stringMatching('reads open'),
    });
    expect(locker.pulses).toHaveLength(pulses + 1);
    expect(ask(locker, { do: 'settle', slot: 2, occupied: true })).toEqual(refused('shut it first'));
    locker.pass(200_000);
    expect(ask(locker, { do: 'settle', slot: 2, occupied: true })).toEqual({ ok: true });
    expect(locker.slot(2)).toMatchObject({ occupancy: 'occupied', parcel: { barcode: 'PARCEL1' } });
    expect(ask(locker, { do: 'open', slot: 2 })).toMatchObject({ ok: true });
  });

  it('ends what its person left behind a door that reads open for ever: its parcel is told', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(ask(locker, { do: 'settle', slot: 2, occupied: true })).toEqual(refused('a courier'));
    locker.pass(3_600_000);
    expect(ask(locker, { do: 'settle', slot: 2, occupied: true })).toEqual({ ok: true });
    expect(locker.facts('access.ended')).toMatchObject([{ slot: 2, outcome: 'walked away' }]);
    expect(locker.facts('package.deposited')).toMatchObject([{ slot: 2, barcode: 'PARCEL1' }]);
    expect(locker.slot(2).occupancy).toBe('occupied');
  });

  it('opens what its person left behind a door that reads open for ever', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.pass(3_600_000);
    expect(ask(locker, { do: 'open', slot: 2 })).toMatchObject({ ok: true });
    expect(locker.pulses).toHaveLength(2);
    expect(locker.slot(2).occupancy).toBe('unsettled');
  });

  it('hears that there is no such slot, and that the locker is starting', () => {
    const locker = new TestLocker(usualPlan());
    expect(ask(locker, { do: 'open', slot: 77 })).toEqual(refused('no slot 77'));
    expect(ask(locker, { do: 'outOfService', slot: 77 })).toEqual(refused('no slot 77'));
    locker.state = { ...locker.state, started: false };
    expect(ask(locker, { do: 'open', slot: 1 })).toEqual(refused('starting'));
    expect(locker.pulses).toHaveLength(0);
  });

  it('ends the grace of whoever collected last', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.slot(2).reopening).not.toBeNull();
    ask(locker, { do: 'open', slot: 2 });
    expect(locker.slot(2).reopening).toBeNull();
    expect(locker.facts('reopening.lapsed')).toHaveLength(1);
  });

  it('learns that a door is stuck, and its slot is out of service', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = (pulse) =>
      locker.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    ask(locker, { do: 'open', slot: 1 });
    locker.pass(120_000);
    expect(locker.facts('door.stuck')).toHaveLength(1);
    expect(locker.facts('visit.ended')).toHaveLength(1);
    expect(locker.slot(1).outOfService).toEqual(['stuck']);
    expect(locker.facts('problem.reported')).toEqual([]);
  });

  it('has the visit ended by the start after a power cut', () => {
    const locker = new TestLocker(usualPlan());
    locker.onPulse = () => {};
    ask(locker, { do: 'open', slot: 1 });
    locker.cut();
    expect(locker.facts('visit.ended')).toMatchObject([{ reason: 'interrupted' }]);
    expect(locker.pulses).toHaveLength(1);
  });
});

describe('a technician at a blind door', () => {
  it('says what it does', () => {
    const locker = new TestLocker(usualPlan());
    ask(locker, { do: 'open', slot: 4 });
    expect(ask(locker, { do: 'confirmDoor', slot: 4, position: 'open' })).toEqual({ ok: true });
    expect(ask(locker, { do: 'confirmDoor', slot: 4, position: 'closed' })).toEqual({ ok: true });
    locker.pass(20_000);
    expect(locker.facts('door.confirmed').map(({ position }) => position)).toEqual(['open', 'closed']);
    expect(locker.facts('access.ended')).toMatchObject([{ outcome: 'done' }]);
  });

  it('gets another attempt where it stayed shut', () => {
    const locker = new TestLocker(usualPlan());
    ask(locker, { do: 'open', slot: 4 });
    ask(locker, { do: 'confirmDoor', slot: 4, position: 'closed' });
    locker.pass(10_000);
    expect(locker.pulses).toHaveLength(2);
  });

  it('leaves a slot that nobody knows, where nothing is said', () => {
    const locker = new TestLocker(usualPlan());
    ask(locker, { do: 'open', slot: 4 });
    locker.pass(400_000);
    expect(locker.slot(4).occupancy).toBe('unsettled');
    expect(locker.facts('visit.ended')).toHaveLength(1);
    expect(ask(locker, { do: 'confirmDoor', slot: 4, position: 'open' })).toEqual(refused('no technician'));
  });

  it('has no word where a switch has one', () => {
    const locker = new TestLocker(usualPlan());
    ask(locker, { do: 'open', slot: 1 });
    expect(ask(locker, { do: 'confirmDoor', slot: 1, position: 'closed' })).toEqual(refused('has a switch'));
  });
});

describe('a technician’s word', () => {
  it('settles what lies in a slot, and a parcel that is not there is recorded no more', () => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    expect(ask(locker, { do: 'settle', slot: 2, occupied: false })).toEqual({ ok: true });
    expect(locker.facts('slot.settled')).toMatchObject([{ slot: 2, occupied: false, by: 'technician' }]);
    expect(locker.slot(2)).toMatchObject({ occupancy: 'empty', parcel: null });
    expect(ask(locker, { do: 'settle', slot: 1, occupied: true })).toEqual({ ok: true });
    expect(locker.slot(1).occupancy).toBe('occupied');
  });

  it('tells of a deposit that a power cut hid', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.doors.set(2, 'closed');
    locker.cut();
    expect(locker.slot(2).occupancy).toBe('unsettled');
    ask(locker, { do: 'settle', slot: 2, occupied: true });
    expect(locker.facts('package.deposited')).toMatchObject([{ slot: 2, barcode: 'PARCEL1' }]);
    locker.code('12345678');
    expect(locker.facts('access.authorised').at(-1)).toMatchObject({ slot: 2, purpose: 'collect' });
  });

  it.each([false, true])('ends a reopening by settling its slot, occupied: %s', (occupied) => {
    const locker = new TestLocker(usualPlan());
    depositUsualParcel(locker);
    locker.code('12345678');
    locker.door(2, 'closed');
    locker.touch({ do: 'finish' });
    expect(locker.slot(2).reopening).not.toBeNull();
    expect(ask(locker, { do: 'settle', slot: 2, occupied })).toEqual({ ok: true });
    expect(locker.slot(2).reopening).toBeNull();
    expect(locker.kinds.slice(-2)).toEqual(['reopening.lapsed', 'slot.settled']);
    locker.pass(2 * 300_000);
    expect(locker.facts('reopening.lapsed')).toHaveLength(1);
  });

  it('settles nothing behind a door that is open', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(3, 'open');
    expect(ask(locker, { do: 'settle', slot: 3, occupied: false })).toEqual(refused('shut it first'));
    ask(locker, { do: 'open', slot: 1 });
    expect(ask(locker, { do: 'settle', slot: 1, occupied: false })).toEqual(refused('shut it first'));
    locker.door(1, 'closed');
    expect(ask(locker, { do: 'settle', slot: 1, occupied: false })).toEqual({ ok: true });
    expect(locker.facts('access.ended')).toMatchObject([{ outcome: 'done' }]);
  });

  it('takes a slot out of service and puts it back; no parcel goes there meanwhile', () => {
    const locker = new TestLocker(usualPlan());
    ask(locker, { do: 'outOfService', slot: 2 });
    ask(locker, { do: 'outOfService', slot: 2 });
    expect(locker.facts('slot.outOfService')).toMatchObject([{ slot: 2, reason: 'technician' }]);
    locker.scanBadge();
    locker.scan('PARCEL1');
    expect(locker.facts('access.authorised')).toMatchObject([{ slot: 1, booking: anId(2) }]);
    ask(locker, { do: 'inService', slot: 2 });
    ask(locker, { do: 'inService', slot: 2 });
    expect(locker.facts('slot.inService')).toHaveLength(1);
    expect(locker.slot(2).outOfService).toEqual([]);
  });
});
