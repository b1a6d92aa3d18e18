import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baudOfLine, CabinetLayout, defaultLayout } from './layout.ts';
import { cabinetAtRest } from './testing.ts';

describe('the layout', () => {
  it('has 16 doors in three sizes unless told otherwise', () => {
    const sizes = defaultLayout().doors.map(({ size }) => size);
    expect(sizes.join('')).toBe('SSSSSSMMMMMMLLLL');
  });

  it('shorts the contact as the board is wired, and as a door differs from it', () => {
    const layout = CabinetLayout.parse({
      boards: [{ address: 1, feedback: 'openShorts' }],
      doors: [
        { number: 1, size: 'S', board: 1, channel: 1 },
        { number: 2, size: 'S', board: 1, channel: 2, feedback: 'closedShorts' },
      ],
    });
    const { cabinet } = cabinetAtRest(layout);
    const shorted = [1, 2, 3].map((channel) => cabinet.contactShorted({ line: 'lock', board: 1, channel }));
    expect(shorted).toEqual([false, true, false]);
  });

  it('runs a line as its first board leaves the factory, unless it is told another speed', () => {
    const layout = CabinetLayout.parse({
      lines: [{ name: 'left' }, { name: 'right' }, { name: 'slow', baud: 4800 }],
      boards: [
        { line: 'left', address: 1 },
        { line: 'right', address: 1, profile: 'kerong-cu48' },
        { line: 'slow', address: 1 },
      ],
      doors: [{ number: 1, size: 'S', line: 'right', board: 1, channel: 48 }],
    });
    expect(layout.lines.map((line) => baudOfLine(layout, line))).toEqual([9600, 19_200, 4800]);
  });

  const door = { number: 1, size: 'S', board: 1, channel: 1 };
  const boards = [{ address: 1 }];
  it.each([
    { layout: { doors: [{ ...door, board: 2 }] }, told: 'door 1: board 2 of line lock has no channel 1' },
    { layout: { doors: [{ ...door, channel: 17 }] }, told: 'door 1: board 1 of line lock has no channel 17' },
    {
      layout: { doors: [door, { ...door, number: 2 }] },
      told: 'board 1 of line lock, channel 1, has two doors',
    },
    { layout: { doors: [door, { ...door, channel: 2 }] }, told: 'door 1 is named twice' },
    { layout: { boards: [...boards, ...boards] }, told: 'board 1 of line lock is there twice' },
    { layout: { boards: [{ address: 1, line: 'left' }] }, told: 'board 1: there is no line left' },
    { layout: { lines: [{ name: 'lock' }, { name: 'lock' }] }, told: 'line lock is named twice' },
    { layout: { lines: [{ name: 'scanner' }] }, told: 'cannot be named scanner' },
    { layout: { boards: [{ address: 1, profile: 'cu99' }] }, told: 'profile' },
    { layout: { boards: [{ address: 1, colour: 'red' }] }, told: 'colour' },
    {
      layout: { doors: [{ ...door, doorSwitch: { board: 1, input: 1 } }] },
      told: 'board 1 of line lock has no input 1',
    },
    {
      layout: {
        boards: [{ address: 1, profile: 'kerong-cu16' }],
        doors: [{ ...door, doorSwitch: { board: 1, input: 3 }, occupancy: { board: 1, input: 3 } }],
      },
      told: 'board 1 of line lock, input 3, has two things wired to it',
    },
    {
      layout: { supplies: [{ name: 'main', amperes: 3, boards: [{ board: 2 }], doors: [7] }] },
      told: 'supply main: there is no board 2 of line lock',
    },
    { layout: { supplies: [{ name: 'main', amperes: 3, doors: [7] }] }, told: 'there is no door 7' },
    { layout: { supplies: [{ name: 'main', amperes: 0 }] }, told: 'amperes' },
  ])('refuses what cannot be: $told', ({ layout, told }) => {
    const parsed = CabinetLayout.safeParse({ boards, doors: [door], ...layout });
    expect(parsed.error ? z.prettifyError(parsed.error) : 'nothing wrong').toContain(told);
  });
});
