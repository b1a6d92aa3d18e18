import { describe, expect, it } from 'vitest';
import { noDoorFaults } from './faults.ts';
import { cabinetAtRest } from './testing.ts';

describe('a door', () => {
  it('springs open some time after its pulse, and is shut again by a push', async () => {
    const { cabinet, clock, door, pulse, happenings } = cabinetAtRest();
    pulse(4);
    expect(door(4)).toMatchObject({ open: false, coilOn: true });
    clock.advance(60);
    expect(door(4)).toMatchObject({ open: true, coilOn: true });
    clock.advance(240);
    expect(door(4)).toMatchObject({ open: true, coilOn: false });
    expect(await cabinet.pushShut(4)).toEqual({ ok: true });
    expect(door(4).open).toBe(false);
    expect(happenings()).toEqual(['pulse 4', 'opened 4', 'coilOff 4', 'closed 4']);
  });

  it('takes no latch while its coil is driven: a push holds until the coil is off', async () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    pulse(1);
    clock.advance(100);
    const pushed = cabinet.pushShut(1);
    clock.advance(199);
    expect(door(1).open).toBe(true);
    clock.advance(1);
    expect(await pushed).toEqual({ ok: true });
    expect(door(1).open).toBe(false);
  });

  it('lets a parcel in and out only while it is open, and one at a time', () => {
    const { cabinet, clock, door, pulse, happenings } = cabinetAtRest();
    expect(cabinet.moveParcel(2, true)).toEqual({ ok: false, reason: 'the door is shut' });
    pulse(2);
    clock.advance(300);
    expect(cabinet.moveParcel(2, false)).toEqual({ ok: false, reason: 'it is already empty' });
    expect(cabinet.moveParcel(2, true)).toEqual({ ok: true });
    expect(door(2).parcel).toBe(true);
    expect(cabinet.moveParcel(2, true)).toEqual({ ok: false, reason: 'it is already full' });
    expect(cabinet.moveParcel(2, false)).toEqual({ ok: true });
    expect(happenings().slice(3)).toEqual(['parcelIn 2', 'parcelOut 2']);
  });

  it('cannot be pushed shut twice, nor where there is none', async () => {
    const { cabinet } = cabinetAtRest();
    expect(await cabinet.pushShut(1)).toEqual({ ok: false, reason: 'the door is already shut' });
    expect(await cabinet.pushShut(17)).toEqual({ ok: false, reason: 'there is no such door' });
    expect(cabinet.moveParcel(17, true)).toEqual({ ok: false, reason: 'there is no such door' });
    expect(cabinet.changeDoorFaults(17, { jam: 'forGood' })).toEqual({
      ok: false,
      reason: 'there is no such door',
    });
  });
});

describe('the record', () => {
  it('tells how long each coil was driven, when, and how many at once', () => {
    const { cabinet, clock, pulse } = cabinetAtRest();
    pulse(1, 300);
    clock.advance(100);
    pulse(2, 500);
    clock.advance(300);
    pulse(3, 300);
    const pulses = cabinet.record.entries().filter(({ kind }) => kind === 'pulse');
    expect(pulses).toMatchObject([
      { door: 1, atMs: 0, durationMs: 300, coilsOn: 1 },
      { door: 2, atMs: 100, durationMs: 500, coilsOn: 2 },
      { door: 3, atMs: 400, durationMs: 300, coilsOn: 2 },
    ]);
  });

  it('keeps the newest entries and counts those it dropped', () => {
    const { cabinet, clock, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { jam: 'forGood' });
    const heard: number[] = [];
    cabinet.record.onEntry(({ seq }) => heard.push(seq));
    for (let count = 0; count < 10_003; count += 1) {
      pulse(1, 1);
      clock.advance(1);
    }
    expect(heard).toHaveLength(20_006);
    expect(cabinet.record.dropped()).toBe(10_006);
    expect(cabinet.record.entries()).toHaveLength(10_000);
    expect(cabinet.record.entries()[0]?.seq).toBe(10_007);
  });
});

describe('faults of a door', () => {
  it('stays shut for good when jammed for good', () => {
    const { cabinet, clock, door, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { jam: 'forGood' });
    for (let count = 0; count < 5; count += 1) {
      pulse(1);
      clock.advance(3000);
    }
    expect(door(1)).toMatchObject({ open: false, faults: { jam: 'forGood' } });
  });

  it('gives way at the n-th pulse when jammed until then, and is sound afterwards', () => {
    const { cabinet, clock, door, pulse, happenings } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { jam: { untilPulse: 3 } });
    for (const opens of [false, false, true]) {
      pulse(1);
      clock.advance(3000);
      expect(door(1).open).toBe(opens);
    }
    expect(door(1).faults.jam).toBeNull();
    expect(happenings().filter((what) => what !== 'coilOff 1')).toEqual([
      'pulse 1',
      'pulse 1',
      'pulse 1',
      'opened 1',
    ]);
  });

  it('springs late when slow, once, however often it is pulsed in between', () => {
    const { cabinet, clock, door, pulse, happenings } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { slow: { delayMs: 2500 } });
    pulse(1);
    clock.advance(1000);
    pulse(1);
    clock.advance(1499);
    expect(door(1).open).toBe(false);
    clock.advance(5000);
    expect(happenings()).toEqual(['pulse 1', 'coilOff 1', 'pulse 1', 'coilOff 1', 'opened 1']);
  });

  it.each([
    { lie: 'inverted', shut: false, open: true },
    { lie: 'stuckClosed', shut: true, open: true },
    { lie: 'stuckOpen', shut: false, open: false },
    { lie: null, shut: true, open: false },
  ] as const)('a switch that is $lie shorts its contact: shut $shut, open $open', ({ lie, shut, open }) => {
    const { cabinet, clock, pulse } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { lyingSwitch: lie });
    expect(cabinet.contactShorted({ line: 'lock', board: 1, channel: 1 })).toBe(shut);
    pulse(1);
    clock.advance(300);
    expect(cabinet.contactShorted({ line: 'lock', board: 1, channel: 1 })).toBe(open);
  });

  it('changes only the faults that are named', () => {
    const { cabinet, door } = cabinetAtRest();
    cabinet.changeDoorFaults(1, { jam: 'forGood', slow: { delayMs: 10 } });
    cabinet.changeDoorFaults(1, { jam: null });
    expect(door(1).faults).toEqual({ ...noDoorFaults(), slow: { delayMs: 10 } });
  });
});
