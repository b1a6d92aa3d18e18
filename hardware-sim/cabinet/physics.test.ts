import { describe, expect, it } from 'vitest';
import { CabinetLayout } from './layout.ts';
import { cabinetAtRest } from './testing.ts';

describe('a parcel that presses the door', () => {
  it('holds the hook until somebody pushes the door in while the coil pulls', () => {
    const { cabinet, clock, door, pulse, happenings } = cabinetAtRest();
    cabinet.changeDoorFaults(3, { pressed: true });
    pulse(3);
    clock.advance(1000);
    expect(door(3).open).toBe(false);
    pulse(3);
    clock.advance(100);
    expect(cabinet.pushIn(3, 1000)).toEqual({ ok: true });
    clock.advance(60);
    expect(door(3).open).toBe(true);
    expect(happenings()).toEqual(['pulse 3', 'coilOff 3', 'pulse 3', 'pushedIn 3', 'opened 3']);
  });

  it('frees it when the hand was there before the coil, but not when it has let go', () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(3, { pressed: true });
    cabinet.pushIn(3, 500);
    clock.advance(600);
    pulse(3);
    clock.advance(400);
    expect(door(3).open).toBe(false);
    cabinet.pushIn(3, 500);
    pulse(3);
    clock.advance(400);
    expect(door(3).open).toBe(true);
  });

  it('is no help against a jam, nor to a coil that is off', () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(3, { pressed: true, jam: { untilPulse: 2 } });
    pulse(3);
    cabinet.pushIn(3, 10);
    clock.advance(1000);
    cabinet.pushIn(3, 10);
    clock.advance(1000);
    expect(door(3).open).toBe(false);
    expect(cabinet.pushIn(99, 10)).toEqual({ ok: false, reason: 'there is no such door' });
  });
});

describe('a mechanical key', () => {
  it('opens a door at once, and once', () => {
    const { cabinet, door, happenings } = cabinetAtRest();
    expect(cabinet.turnKey(2)).toEqual({ ok: true });
    expect(door(2).open).toBe(true);
    expect(cabinet.turnKey(2)).toEqual({ ok: false, reason: 'the door is open' });
    expect(cabinet.pushIn(2, 10)).toEqual({ ok: false, reason: 'the door is open' });
    expect(happenings()).toEqual(['keyTurned 2', 'opened 2']);
  });

  it('is not followed by the spring of a pulse that it has overtaken', () => {
    const { cabinet, clock, pulse, happenings } = cabinetAtRest();
    pulse(2);
    cabinet.turnKey(2);
    clock.advance(1000);
    expect(happenings()).toEqual(['pulse 2', 'keyTurned 2', 'opened 2', 'coilOff 2']);
  });
});

describe('a coil', () => {
  it('that is cut before its hook is free has opened nothing', () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    pulse(1);
    clock.advance(59);
    cabinet.release({ line: 'lock', board: 1, channel: 1 });
    clock.advance(1000);
    expect(door(1)).toMatchObject({ open: false, coilOn: false });
    expect(cabinet.record.last(1)).toMatchObject([{ kind: 'coilOff', drivenMs: 59, cut: true }]);
  });

  it('that is cut after it has freed a slow door opens it all the same', () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { slow: { delayMs: 2000 } });
    pulse(1);
    clock.advance(100);
    cabinet.dropCoils({ line: 'lock', board: 1 });
    clock.advance(1900);
    expect(door(1).open).toBe(true);
  });

  it('without a time is on until it is let go', () => {
    const { cabinet, clock, door, pulse, at } = cabinetAtRest();
    pulse(1, null);
    clock.advance(100_000);
    expect(door(1).coilOn).toBe(true);
    cabinet.release(at(1));
    expect(cabinet.record.last(1)).toMatchObject([{ kind: 'coilOff', drivenMs: 100_000, cut: true }]);
    cabinet.release(at(1));
    expect(cabinet.record.entries().filter(({ kind }) => kind === 'coilOff')).toHaveLength(1);
  });

  it('that is pulsed again in time tells once how long it was driven', () => {
    const { cabinet, clock, pulse } = cabinetAtRest();
    pulse(1);
    clock.advance(200);
    pulse(1);
    clock.advance(1000);
    expect(cabinet.record.last(1)).toMatchObject([{ kind: 'coilOff', drivenMs: 500, cut: false }]);
  });
});

describe('a fault that is healed', () => {
  it('leaves no slow door on its way', () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { slow: { delayMs: 600_000 } });
    pulse(1);
    clock.advance(1000);
    cabinet.changeDoorFaults(1, { slow: null });
    clock.advance(0);
    expect(door(1).open).toBe(true);
  });
});

describe('a hook switch', () => {
  const readings = (of: ReturnType<typeof cabinetAtRest>, everyMs: number, count: number) =>
    Array.from({ length: count }, () => {
      const shorted = of.cabinet.contactShorted(of.at(1));
      of.clock.advance(everyMs);
      return shorted ? 'shut' : 'open';
    });

  it('chatters for a while after each move', () => {
    const made = cabinetAtRest();
    made.cabinet.changeDoorFaults(1, { bounce: { forMs: 40, everyMs: 10 } });
    expect(readings(made, 5, 4)).toEqual(['shut', 'shut', 'shut', 'shut']);
    made.pulse(1);
    made.clock.advance(60);
    expect(readings(made, 10, 6)).toEqual(['open', 'shut', 'open', 'shut', 'open', 'open']);
  });

  it('flaps without end until it is mended', () => {
    const made = cabinetAtRest();
    made.cabinet.changeDoorFaults(1, { flapping: { everyMs: 100 } });
    expect(readings(made, 100, 4)).toEqual(['shut', 'open', 'shut', 'open']);
    made.cabinet.changeDoorFaults(1, { flapping: null });
    expect(readings(made, 100, 3)).toEqual(['shut', 'shut', 'shut']);
    expect(made.cabinet.record.entries()).toEqual([]);
  });

  it('has each flip told by a board that reports changes unasked, and by no other', () => {
    const doors = [{ number: 1, size: 'S', board: 1, channel: 1 }];
    for (const unsolicited of ['81', null]) {
      const layout = CabinetLayout.parse({ boards: [{ address: 1, unsolicited }], doors });
      const { cabinet, clock, contacts, pulse } = cabinetAtRest(layout);
      cabinet.changeDoorFaults(1, { bounce: { forMs: 30, everyMs: 10 } });
      pulse(1);
      clock.advance(1000);
      cabinet.changeDoorFaults(1, { flapping: { everyMs: 100 } });
      clock.advance(1000);
      cabinet.changeDoorFaults(1, { flapping: null });
      clock.advance(1000);
      expect(contacts).toHaveLength(unsolicited ? 1 + 3 + 10 : 1);
    }
  });
});
