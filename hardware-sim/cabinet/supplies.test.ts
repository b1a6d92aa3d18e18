import { describe, expect, it } from 'vitest';
import { CabinetLayout } from './layout.ts';
import { cabinetAtRest } from './testing.ts';

/** Eight doors on board 1 and one on board 2 of another line, fed as the test says. */
function fedBy(supplies: object[]) {
  return cabinetAtRest(
    CabinetLayout.parse({
      lines: [{ name: 'lock' }, { name: 'right' }],
      boards: [{ address: 1 }, { address: 2, line: 'right' }],
      doors: [
        ...Array.from({ length: 8 }, (_, n) => ({ number: n + 1, size: 'S', board: 1, channel: n + 1 })),
        { number: 9, size: 'S', line: 'right', board: 2, channel: 1 },
      ],
      supplies,
    }),
  );
}

describe('a supply', () => {
  it('of 3 A bears one coil: a second one at once frees neither', () => {
    const { clock, cabinet, door, pulse, happenings, sagged } = fedBy([{ name: 'main', amperes: 3 }]);
    pulse(1);
    clock.advance(50);
    pulse(2);
    clock.advance(1000);
    expect([door(1).open, door(2).open]).toEqual([false, false]);
    expect(happenings()).toEqual(['pulse 1', 'pulse 2', 'supplySagged -', 'coilOff 1', 'coilOff 2']);
    expect(cabinet.record.entries()[2]).toMatchObject({ supply: 'main', coilsOn: 2 });
    expect(sagged).toEqual([]);
    pulse(1);
    clock.advance(1000);
    expect(door(1).open).toBe(true);
  });

  it('that sags after a hook was freed keeps that door from nothing', () => {
    const { clock, door, pulse } = fedBy([{ name: 'main', amperes: 3 }]);
    pulse(1);
    clock.advance(60);
    pulse(2);
    clock.advance(1000);
    expect([door(1).open, door(2).open]).toEqual([true, false]);
  });

  it('of 6 A bears two coils, and five of half the current', () => {
    const two = fedBy([{ name: 'main', amperes: 6 }]);
    two.pulse(1);
    two.pulse(2);
    two.clock.advance(1000);
    expect(two.happenings()).not.toContain('supplySagged -');
    const five = fedBy([{ name: 'main', amperes: 6, coilAmperes: 1.2 }]);
    for (const channel of [1, 2, 3, 4, 5]) five.pulse(channel);
    expect(five.happenings()).not.toContain('supplySagged -');
    five.pulse(6);
    expect(five.happenings()).toContain('supplySagged -');
  });

  it('resets the boards that it feeds where it is so weak, and only those', () => {
    const weak = { name: 'weak', amperes: 3, boards: [{ board: 1 }], sagResetsBoards: true };
    const { pulse, sagged } = fedBy([weak, { name: 'rest', amperes: 3 }]);
    pulse(1);
    pulse(2);
    expect(sagged).toEqual(['lock/1']);
  });

  it('feeds the boards and doors it names, and one that names none the rest', () => {
    const { cabinet, pulse, happenings } = fedBy([
      { name: 'own', amperes: 3, doors: [2] },
      { name: 'first', amperes: 3, boards: [{ board: 1 }] },
      { name: 'rest', amperes: 3 },
    ]);
    pulse(1);
    pulse(2);
    cabinet.energise({ line: 'right', board: 2, channel: 1 }, 300);
    expect(happenings()).not.toContain('supplySagged -');
    pulse(3);
    expect(cabinet.record.last(1)).toMatchObject([{ kind: 'supplySagged', supply: 'first', coilsOn: 2 }]);
  });

  it('has no bounds where there is none', () => {
    const { pulse, happenings } = fedBy([]);
    for (const channel of [1, 2, 3, 4, 5, 6, 7, 8]) pulse(channel);
    expect(happenings()).not.toContain('supplySagged -');
  });
});
