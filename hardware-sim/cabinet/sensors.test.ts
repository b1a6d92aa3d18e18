import { describe, expect, it } from 'vitest';
import { CabinetLayout } from './layout.ts';
import { cabinetAtRest } from './testing.ts';

const input = (number: number) => ({ board: 1, input: number });
const door = { number: 1, size: 'S', board: 1, channel: 1 };
const made = (profile: string, doors: object[], serviceSwitch: object | null = null) =>
  cabinetAtRest(CabinetLayout.parse({ boards: [{ profile, address: 1 }], doors, serviceSwitch }));
const isOn = ({ cabinet }: ReturnType<typeof made>, number: number) =>
  cabinet.inputOn({ line: 'lock', board: 1, input: number });

describe('inputs of a board', () => {
  it('hear a separate door switch, whichever way it is wired', () => {
    const of = made('kerong-cu16', [
      { ...door, doorSwitch: input(5) },
      { ...door, number: 2, channel: 2, doorSwitch: { ...input(6), onWhen: 'open' } },
    ]);
    expect([isOn(of, 5), isOn(of, 6)]).toEqual([true, false]);
    of.cabinet.turnKey(1);
    of.cabinet.turnKey(2);
    expect([isOn(of, 5), isOn(of, 6)]).toEqual([false, true]);
  });

  it('hear whether something lies inside', () => {
    const of = made('kerong-cu16', [
      { ...door, occupancy: input(1) },
      { ...door, number: 2, channel: 2, occupancy: { ...input(2), onWhen: 'empty' } },
    ]);
    expect([isOn(of, 1), isOn(of, 2)]).toEqual([false, true]);
    for (const number of [1, 2]) {
      of.cabinet.turnKey(number);
      of.cabinet.moveParcel(number, true);
    }
    expect([isOn(of, 1), isOn(of, 2)]).toEqual([true, false]);
  });

  it('hear the service switch, and nothing where nothing is wired', () => {
    const of = made('kerong-cu16', [door], input(16));
    expect([isOn(of, 16), isOn(of, 15), isOn(of, 1)]).toEqual([false, false, false]);
    of.cabinet.setServiceSwitch(true);
    expect([isOn(of, 16), isOn(of, 15)]).toEqual([true, false]);
  });

  it('are the hook switches of a relay board, unless something else is wired there', () => {
    const of = made('modbus-relay', [door, { ...door, number: 2, channel: 2, doorSwitch: input(1) }]);
    expect([isOn(of, 1), isOn(of, 2), isOn(of, 3)]).toEqual([true, true, false]);
    of.cabinet.turnKey(1);
    expect(isOn(of, 1)).toBe(true);
    of.cabinet.turnKey(2);
    expect([isOn(of, 1), isOn(of, 2)]).toEqual([false, false]);
  });

  it.each([
    { lie: { lyingDoorSwitch: 'inverted' }, doorSwitch: false, occupancy: false },
    { lie: { lyingDoorSwitch: 'stuckOpen' }, doorSwitch: false, occupancy: false },
    { lie: { lyingDoorSwitch: 'stuckClosed' }, doorSwitch: true, occupancy: false },
    { lie: { lyingOccupancy: 'inverted' }, doorSwitch: true, occupancy: true },
    { lie: { lyingOccupancy: 'stuckOccupied' }, doorSwitch: true, occupancy: true },
    { lie: { lyingOccupancy: 'stuckEmpty' }, doorSwitch: true, occupancy: false },
  ] as const)('are lied to by $lie', ({ lie, doorSwitch, occupancy }) => {
    const of = made('kerong-cu16', [{ ...door, doorSwitch: input(1), occupancy: input(2) }]);
    of.cabinet.changeDoorFaults(1, lie);
    expect([isOn(of, 1), isOn(of, 2)]).toEqual([doorSwitch, occupancy]);
    expect(of.cabinet.contactShorted(of.at(1))).toBe(true);
  });
});
