import type { LockerEvent } from '@latchwork/shared';
import { describe, expect, it } from 'vitest';
import type { Account, SoakDoor, SupplyOf, Trouble, Truth } from './account.ts';
import { overLimits } from './limits.ts';
import { falsehoods } from './truth.ts';

const place: SoakDoor = {
  ...{ door: 1, line: 'left', lines: ['left'], board: 1, boardName: 'left-1' },
  ...{ blind: false, hasDoorSwitch: false, hasSensor: true },
};
const nothing: Account = {
  ...{ places: [place, { ...place, door: 2 }], truths: [], facts: [], deeds: [], downs: [] },
  ...{ lies: [], sensorLies: [], blackouts: [], miswired: [], all: [] },
};
const fact = (at: number, kind: string, more: object = {}) =>
  ({ at, kind, slot: 1, authorisation: 'a', ...more }) as unknown as LockerEvent;
const truth = (atMs: number, kind: Truth['kind'], more: Partial<Truth> = {}): Truth => ({
  ...{ atMs, kind, door: 1 },
  ...more,
});
const asked = fact(10_000, 'access.authorised');
const pulse = (atMs: number, more: Partial<Truth> = {}) => truth(atMs, 'pulse', { durationMs: 300, ...more });
const opening = [pulse(10_010), truth(10_100, 'opened'), truth(12_900, 'closed')];
const deposited = fact(16_000, 'package.deposited', { barcode: 'P' });
const deed = { atMs: 12_000, slot: 1, barcode: 'P', goesIn: true };
const flaws = (told: Partial<Account>) => falsehoods({ ...nothing, ...told }).map(({ rule }) => rule);

/** Each with what makes it so; without that the rule must be broken. */
const facts: [fact: LockerEvent, so: Partial<Account>, before?: Partial<Account>][] = [
  [fact(10_300, 'door.opened'), { truths: [truth(10_100, 'opened')] }],
  [
    fact(13_000, 'door.closed'),
    { facts: [asked], truths: opening },
    { truths: opening.slice(0, 2), facts: [asked, fact(10_300, 'door.opened')] },
  ],
  [fact(12_000, 'door.known', { position: 'open' }), { truths: [truth(10_100, 'opened')] }],
  [fact(10_400, 'door.forced'), { truths: [truth(10_100, 'keyTurned')] }],
  [fact(10_400, 'door.pulsed', { acknowledged: true }), { facts: [asked], truths: [pulse(10_010)] }],
  [fact(10_400, 'grant.redeemed'), { facts: [asked], truths: opening }],
  [deposited, { facts: [asked], truths: [...opening, truth(12_000, 'parcelIn')] }],
  [
    fact(45_000, 'door.leftOpen', { openForMs: 30_000 }),
    { truths: [truth(14_500, 'opened')], facts: [fact(15_000, 'door.opened')] },
  ],
  [fact(50_000, 'slot.settled', { occupied: true, by: 'sensor' }), { truths: [truth(12_000, 'parcelIn')] }],
  [
    fact(50_000, 'slot.settled', { occupied: true, by: 'technician' }),
    { truths: [truth(12_000, 'parcelIn')] },
  ],
  [fact(50_000, 'problem.reported', { problem: 'slot occupied' }), { truths: [truth(12_000, 'parcelIn')] }],
  ...['board.lost', 'board.noisy', 'supply.sagged'].map((kind): [LockerEvent, Partial<Account>] => [
    fact(50_000, kind, { board: 'left-1' }),
    { blackouts: [trouble('noise')] },
  ]),
  [fact(50_000, 'door.unknown'), { blackouts: [trouble('dead board')] }],
  [fact(50_000, 'door.flapping'), { all: [trouble('bounce')] }],
];

function trouble(kind: string): Trouble {
  return { kind, door: 1, fromMs: 45_000, toMs: 50_000 };
}

describe('a fact', () => {
  it.each(facts.map(([told, so, before]) => [told.kind, told, so, before ?? {}] as const))(
    '%s is found out unless it is so',
    (kind, told, so, before) => {
      expect(flaws({ ...so, facts: [...(so.facts ?? []), told] })).toEqual([]);
      expect(flaws({ ...before, facts: [...(before.facts ?? []), told] })).toContain(kind);
    },
  );

  it('door.stuck is found out of a door that stood open', () => {
    const stuck = fact(20_000, 'door.stuck', { attempts: 3 });
    expect(flaws({ facts: [asked, stuck], truths: [pulse(10_010)] })).toEqual([]);
    expect(flaws({ facts: [asked, fact(10_300, 'door.opened'), stuck], truths: opening })).toEqual([
      'door.stuck',
    ]);
  });

  it('door.forced is found out while a technician was at work', () => {
    const told = [fact(5_000, 'service.started'), fact(10_400, 'door.forced'), fact(20_000, 'service.ended')];
    expect(flaws({ truths: [truth(10_100, 'keyTurned')], facts: told })).toEqual(['door.forced']);
  });

  it('door.notPulsed is found out where a coil was driven', () => {
    const told = [asked, fact(10_400, 'door.notPulsed')];
    expect(flaws({ facts: told })).toEqual([]);
    expect(flaws({ facts: told, truths: [pulse(10_010)] })).toEqual(['door.notPulsed']);
  });

  it('slot.settled is found out where a parcel lies in a slot called empty', () => {
    const settled = fact(50_000, 'slot.settled', { occupied: false, by: 'sensor' });
    expect(flaws({ facts: [settled] })).toEqual([]);
    expect(flaws({ facts: [settled], truths: [truth(12_000, 'parcelIn')] })).toEqual(['slot.settled']);
  });

  it('package.deposited is found out where its person left the parcel elsewhere', () => {
    const told = { facts: [asked, deposited], truths: [...opening, truth(12_000, 'parcelIn')] };
    expect(flaws({ ...told, deeds: [deed] })).toEqual([]);
    expect(flaws({ ...told, deeds: [{ ...deed, slot: 2 }] })).toEqual(['package.deposited']);
  });

  it('package.collected is found out where a sensor says that the parcel lies there yet', () => {
    const told = [asked, fact(16_000, 'package.collected')];
    const truths = [truth(1_000, 'parcelIn'), ...opening];
    expect(flaws({ facts: told, truths: [...truths, truth(12_000, 'parcelOut')] })).toEqual([]);
    expect(flaws({ facts: told, truths })).toEqual(['package.collected']);
    expect(
      flaws({
        facts: told,
        truths,
        sensorLies: [{ kind: 'lying sensor', door: 1, fromMs: 0, toMs: 20_000 }],
      }),
    ).toEqual([]);
  });
});

describe('a pulse', () => {
  it('is found out without an authorisation for its slot', () => {
    expect(flaws({ truths: [pulse(10_010)] })).toEqual(['wrong door']);
    expect(
      flaws({ facts: [fact(10_000, 'access.authorised', { slot: 2 })], truths: [pulse(10_010)] }),
    ).toEqual(['wrong door']);
  });

  it('is found out beyond the attempts of one authorisation', () => {
    const truths = [0, 1, 2, 3].map((n) => pulse(10_010 + n * 5_000));
    expect(flaws({ facts: [asked], truths })).toEqual(['too many pulses']);
  });

  it('is found out after a restart, by an authorisation of before', () => {
    const downs = [{ fromMs: 10_005, toMs: 10_008 }];
    expect(flaws({ facts: [asked], truths: [pulse(10_010)], downs })).toEqual(['repeated']);
  });
});

describe('an opening', () => {
  it('that the journal does not know is found out', () => {
    const truths = [...opening.slice(0, 2), truth(15_000, 'closed')];
    const facts = [asked, fact(60_000, 'visit.ended')];
    expect(flaws({ facts, truths })).toEqual(['untold']);
    expect(flaws({ facts: [asked, fact(10_300, 'door.opened'), ...facts.slice(1)], truths })).toEqual([]);
  });

  it('that outlasts a restart has to be told after it, too', () => {
    const told = [asked, fact(10_300, 'door.opened'), fact(60_000, 'visit.ended')];
    const truths = [pulse(10_010), truth(10_100, 'opened'), truth(30_000, 'closed')];
    const downs = [{ fromMs: 14_000, toMs: 16_000 }];
    expect(flaws({ facts: told, truths, downs })).toEqual(['untold']);
    expect(flaws({ facts: [...told, fact(16_100, 'door.opened')], truths, downs })).toEqual([]);
  });
});

describe('a coil or supply', () => {
  const supply: SupplyOf = { name: 'main', doors: new Set([1, 2]), doorsAtOnce: 1 };
  const over = (truths: Truth[]) =>
    overLimits(truths, [supply], { miswired: [], lies: [] }).map(({ rule, detail }) => `${rule}: ${detail}`);

  it.each([
    ['driven for too long', [pulse(0, { durationMs: 2_001 })], 'power limit: driven for 2001 ms'],
    ['driven again too soon', [pulse(0), pulse(3_200)], 'power limit: driven again after a rest of 2900 ms'],
    [
      'driven too often',
      [0, 5_000, 10_000, 15_000].map((at) => pulse(at)),
      'power limit: attempt 4 without a cool-down',
    ],
    ['that drives too many', [pulse(0), pulse(200, { door: 2 })], 'supply limit: main: 2 coils at once'],
    [
      'that had no time to recover',
      [pulse(0, { durationMs: 50 }), pulse(100, { door: 2 })],
      'supply limit: main: 100 ms after the pulse before it',
    ],
  ])('%s is found out', (_what, truths, detail) => {
    expect(over(truths)).toContain(detail);
  });

  it('within its limits is not', () => {
    expect(over([pulse(0), pulse(500, { door: 2 }), pulse(3_300)])).toEqual([]);
    expect(over([0, 5_000, 10_000, 75_000].map((at) => pulse(at)))).toEqual([]);
  });
});
