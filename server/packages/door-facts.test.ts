import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScriptedLocker } from '../events/testing.ts';
import type { LockerBook } from '../ledger/index.ts';
import { slotFacts } from './slot-facts.ts';
import { type ParcelBench, startParcelBench } from './testing.ts';

let parcels: ParcelBench;
let locker: ScriptedLocker;

beforeEach(async () => {
  parcels = await startParcelBench();
  locker = parcels.locker;
});
afterEach(() => parcels.bench.stop());

const authorisation = '01900000-0000-7000-8000-00000000aaaa';
const opened = { kind: 'door.opened', slot: 1, atStart: false } as const;
const closed = { kind: 'door.closed', slot: 1 } as const;
const restarted = { kind: 'agent.started', version: '1' } as const;
const lost = { kind: 'board.lost', board: 'A', detail: 'no answer', slots: [1, 99] } as const;
const back = { kind: 'board.back', board: 'A', slots: [1, 99] } as const;
const wearing = {
  ...({ kind: 'latch.wearing', slot: 1, sign: 'needs more attempts' } as const),
  ...{ firstOpenPercent: 60, usualFirstOpenPercent: 97, opensInMs: 410, usualOpensInMs: 300 },
} as const;

describe('a door is shown as it was last seen', () => {
  test.each([
    [[opened], 'open'],
    [[{ ...opened, authorisation, afterMs: 9_000 }], 'open'],
    [[opened, closed], 'closed'],
    [[{ kind: 'door.forced', slot: 1 }], 'open'],
    [[{ kind: 'door.confirmed', slot: 1, authorisation, position: 'closed' }], 'closed'],
    // What can no longer be told is not what it was before.
    [[opened, { kind: 'door.unknown', slot: 1 }], 'unknown'],
    [[closed, { kind: 'door.flapping', slot: 1, changes: 30, withinMs: 2000 }], 'unknown'],
    [[opened, { kind: 'events.summarised', summarised: 'door.closed', count: 9, slot: 1 }], 'unknown'],
    [[opened, { kind: 'events.summarised', summarised: 'problem.reported', count: 9, slot: 1 }], 'open'],
    [[opened, { kind: 'events.summarised', summarised: 'access.denied', count: 9 }], 'open'],
    // It may have been shut while the program did not run; one that still stands open is found so.
    [[opened, restarted], 'unknown'],
    [[opened, restarted, { ...opened, atStart: true }], 'open'],
    [[closed, restarted], 'closed'],
    // A start that names the doors it does not see has seen all others.
    [[opened, { ...restarted, unseen: [2] }], 'closed'],
    [[closed, { ...restarted, unseen: [1] }], 'unknown'],
    [
      [
        { kind: 'door.unknown', slot: 1 },
        { kind: 'door.known', slot: 1, position: 'open' },
      ],
      'open',
    ],
    [[opened, { kind: 'events.summarised', summarised: 'door.known', count: 9, slot: 1 }], 'unknown'],
    [[opened, { kind: 'events.summarised', summarised: 'door.flapping', count: 9, slot: 1 }], 'unknown'],
  ] as const)('%j: %s', async (facts, door) => {
    for (const fact of facts) locker.note(fact);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ door });
  });
});

describe('while its board is lost', () => {
  test.each([
    [[closed, lost], { door: 'closed', boardLost: true }],
    // Back, it stands as told before.
    [[opened, lost, back], { door: 'open', boardLost: false }],
    [[opened, lost, back, closed], { door: 'closed', boardLost: false }],
    [[{ kind: 'door.unknown', slot: 1 }, lost, back], { door: 'unknown', boardLost: false }],
    // Seen by a switch at another board, or found anew.
    [[closed, lost, opened], { door: 'open', boardLost: false }],
    [
      [closed, lost, { kind: 'door.known', slot: 1, position: 'closed' }],
      { door: 'closed', boardLost: false },
    ],
    [[lost, { kind: 'door.unknown', slot: 1 }], { door: 'unknown', boardLost: true }],
    [[closed, lost, restarted], { door: 'unknown', boardLost: false }],
    [[closed, lost, { ...restarted, unseen: [] }], { door: 'closed', boardLost: false }],
    [[closed, { ...lost, slots: [2] }], { door: 'closed', boardLost: false }],
    [[closed, { ...lost, slots: undefined }], { door: 'closed', boardLost: false }],
  ] as const)('%j leaves %j', async (facts, expected) => {
    for (const fact of facts) locker.note(JSON.parse(JSON.stringify(fact)));
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject(expected);
    expect(parcels.state().log.filter(({ setAside }) => setAside !== null)).toEqual([]);
  });

  test('its slot is as free as it was: that it is not seen says nothing of what lies inside', async () => {
    const before = parcels.state().locker.freeSlots;
    locker.note(lost);
    await parcels.sync();
    expect(parcels.state().locker.freeSlots).toBe(before);
  });

  test('an older fact of the board changes nothing', async () => {
    const at = (seq: number) => ({ order: { ordinal: 1, seq }, receivedAtMs: 1, newId: () => locker.uuid() });
    const fact = (kind: 'board.lost' | 'board.back') =>
      ({ ...lost, kind, id: locker.uuid(), seq: 1, at: 1, clock: 'good' }) as never;
    await parcels.bench.ledger.commit({ lockers: [locker.id] }, (books) => {
      const book = books.of(locker.id) as LockerBook;
      slotFacts['board.back'](book, fact('board.back'), at(900));
      slotFacts['board.lost'](book, fact('board.lost'), at(899));
    });
    expect(parcels.slot(1)).toMatchObject({ boardLost: false });
  });
});

describe('alarms in plain words', () => {
  test.each([
    [{ kind: 'door.stuck', slot: 1, authorisation, attempts: 3 }, 'door stuck', /slot 1 .* after 3 attempts/],
    [{ kind: 'door.forced', slot: 1 }, 'door forced', /slot 1 .* nobody was allowed/],
    [
      { kind: 'door.leftOpen', slot: 1, openForMs: 119_001 },
      'door left open',
      /slot 1 has been .* 2 minutes/,
    ],
    [
      { kind: 'door.leftOpen', slot: 1, openForMs: 7_500_000, stage: 2 },
      'door left open',
      /slot 1 is still open, after 2 hours/,
    ],
    [
      { kind: 'door.flapping', slot: 1, changes: 40, withinMs: 900 },
      'door flapping',
      /40 times in 1 second,/,
    ],
    [wearing, 'latch wearing', /slot 1 opened at the first pulse 60 times of 100 of late, usually 97/],
    [{ ...wearing, sign: 'opens later' }, 'latch wearing', /slot 1 took 410 ms to open .* usually 300 ms/],
    [
      { ...wearing, sign: 'opens later', opensInMs: null, usualOpensInMs: null },
      'latch wearing',
      /slot 1 opens later than it used to\.$/,
    ],
    [{ kind: 'board.lost', board: 'A', detail: 'no answer' }, 'board lost', /board A .* no answer/],
    [{ kind: 'board.noisy', board: 'A', detail: '9 of 100' }, 'line noisy', /board A: 9 of 100/],
    [
      { kind: 'supply.sagged', supply: 'main', board: 'A', detail: 'silent' },
      'supply sagging',
      /Supply main.* board A: silent/,
    ],
    [{ kind: 'problem.reported', problem: 'slot dirty' }, 'problem reported', /slot dirty/],
    [{ kind: 'problem.reported', slot: 1, problem: 'slot empty' }, 'problem reported', /Slot 1: slot empty/],
  ] as const)('%j raises the alarm %s', async (fact, alarm, detail) => {
    const id = locker.note(fact);
    await parcels.sync();
    const slot = 'slot' in fact ? { slot: 1 } : {};
    expect(parcels.state().alarms).toMatchObject([
      { alarm, id, at: expect.any(Number), detail: expect.stringMatching(detail), ...slot },
    ]);
  });
});

describe('how a door does', () => {
  test('a latch wears until it recovers', async () => {
    locker.note(wearing);
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ wearing: 'needs more attempts' });
    locker.note({ kind: 'latch.recovered', slot: 1 });
    await parcels.sync();
    expect(parcels.slot(1)).toMatchObject({ wearing: null });
  });

  test('is kept by day, as often as it is told', async () => {
    const health = (slot: number, day: string, openings: number) =>
      locker.note({
        ...({ kind: 'door.health', slot, day, openings } as const),
        ...{ firstOpens: 1, pulses: 4, stuck: 0, opensInMs: null },
      });
    health(1, '2025-06-01', 1);
    health(2, '2025-06-01', 2);
    health(1, '2025-06-02', 3);
    health(1, '2025-06-01', 4);
    health(99, '2025-06-01', 5);
    await parcels.sync();
    const { doorHealth, log } = parcels.state();
    expect(doorHealth.map(({ slot, day, openings }) => [slot, day, openings])).toEqual([
      [1, '2025-06-01', 1],
      [2, '2025-06-01', 2],
      [1, '2025-06-02', 3],
      [1, '2025-06-01', 4],
    ]);
    expect(log.at(-1)?.setAside).toContain('no slot 99');
  });
});
