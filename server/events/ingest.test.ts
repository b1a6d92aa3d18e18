import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LockerBook } from '../ledger/index.ts';
import { type ScriptedLocker, startTestBench, type TestBench, testHandlers } from './testing.ts';

let bench: TestBench;
let locker: ScriptedLocker;

beforeEach(() => {
  bench = startTestBench();
  locker = bench.locker('7k3m9x2p');
});
afterEach(() => bench.stop());

const opened = (slot: number) => ({ kind: 'door.opened', slot, atStart: false }) as const;

/** Two alarms under one id. */
function breakARule(book: LockerBook): void {
  const alarm = {
    v: 1,
    id: locker.incarnation,
    locker: locker.id,
    alarm: 'board lost',
    at: 1,
    detail: '',
  } as const;
  book.raise(alarm);
  book.raise(alarm);
}

describe('the journal', () => {
  beforeEach(() => locker.greet());

  test('a batch is logged, has its effect, and is answered after the commit', async () => {
    locker.note(opened(1));
    locker.note(opened(2));
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 3, headBefore: locker.headBefore(3) });
    const { log, slots, presence } = bench.stateOf(locker);
    expect(log).toMatchObject([
      {
        ordinal: 1,
        seq: 1,
        kind: 'door.opened',
        slot: 1,
        line: locker.lines[0],
        hash: locker.headBefore(2),
        setAside: null,
      },
      { seq: 2, slot: 2 },
    ]);
    expect(slots.map(({ door }) => door)).toEqual(['open', 'open', 'unknown', 'unknown']);
    expect(presence?.online).toBe(true);
  });

  test('a repeated batch has no effect and is answered; one that overlaps counts with what is new', async () => {
    for (const slot of [1, 2, 3]) locker.note(opened(slot));
    locker.events(1, 3);
    await locker.receiveWant();
    locker.events(1, 3);
    expect(await locker.receiveWant()).toMatchObject({ from: 3 });
    locker.events(2, 4);
    expect(await locker.receiveWant()).toMatchObject({ from: 4, headBefore: locker.headBefore(4) });
    expect(bench.stateOf(locker).log.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('a gap is answered with a want from the cursor, and nothing is taken', async () => {
    for (const slot of [1, 2, 3]) locker.note(opened(slot));
    locker.events(2, 4);
    expect(await locker.receiveWant()).toMatchObject({ from: 1 });
    expect(bench.stateOf(locker).log).toEqual([]);
  });

  test('a batch that does not continue the chain is not taken', async () => {
    locker.note(opened(1));
    locker.note(opened(2));
    locker.events(1, 2);
    await locker.receiveWant();
    locker.events(2, 3, { headBefore: locker.headBefore(1) });
    expect(await locker.receiveWant()).toMatchObject({ from: 2 });
    locker.lines[0] = locker.lines[0]?.replace('"slot":1', '"slot":3') ?? '';
    locker.events(1, 3);
    expect(await locker.receiveWant()).toMatchObject({ from: 2 });
    expect(bench.stateOf(locker).log).toHaveLength(1);
  });

  test.each([
    ['a kind that is not known', { kind: 'moon.landed', slot: 1 }, {}, 'unknown kind moon.landed'],
    ['a field too many', { ...opened(1), colour: 'red' }, {}, 'Unrecognized key'],
    ['a slot that the locker has not', opened(99), {}, 'no slot 99'],
    ['a number that is not its own', opened(1), { seq: 7 }, 'it calls itself number 7'],
  ])('%s is kept, set aside, acknowledged and alarmed', async (_name, fact, change, reason) => {
    locker.note(fact, change);
    locker.note(opened(2));
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 3 });
    const { log, alarms, slots } = bench.stateOf(locker);
    expect(log).toMatchObject([
      { seq: 1, setAside: expect.stringContaining(reason) },
      { seq: 2, setAside: null },
    ]);
    expect(log[0]?.line).toBe(locker.lines[0]);
    expect(alarms).toMatchObject([{ alarm: 'event set aside', detail: expect.stringContaining(reason) }]);
    expect(slots[1]?.door).toBe('open');
  });

  test.each([
    ['is not JSON', '{"id":'],
    ['is not an event', '{"id":1}'],
    ['holds a NUL', '{"id":"\0"}'],
    ['is too long', JSON.stringify('x'.repeat(8 * 1024))],
  ])('a line that %s is kept, set aside and acknowledged', async (_name, line) => {
    locker.lines.push(line);
    locker.note(opened(2));
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 3 });
    const { log, slots } = bench.stateOf(locker);
    expect(log).toMatchObject([{ seq: 1, kind: 'unreadable', hash: locker.headBefore(2) }, { seq: 2 }]);
    expect(log[0]?.setAside).not.toBeNull();
    expect(slots[1]?.door).toBe('open');
  });

  test.each([
    ['breaks a rule of the ledger', breakARule],
    ['throws', () => expect.unreachable('a mistake of ours')],
  ])('an event whose handler %s is found and set aside; all others have their effect', async (_name, act) => {
    await bench.stop();
    const handler = (book: LockerBook) => {
      act(book);
      return undefined;
    };
    bench = startTestBench({ handlers: { ...testHandlers, 'board.back': handler } });
    locker = bench.locker('bbbbbbbb');
    const other = bench.locker('aaaaaaaa');
    for (const one of [locker, other]) {
      one.hello();
      await one.receiveWant();
    }
    locker.note(opened(1));
    locker.note({ kind: 'board.back', board: 'A' });
    locker.note(opened(3));
    other.note(opened(4));
    locker.events();
    other.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 4, headBefore: locker.headBefore(4) });
    expect(await other.receiveWant()).toMatchObject({ from: 2 });
    const { log, slots, alarms } = bench.stateOf(locker);
    expect(log.map(({ setAside }) => setAside)).toEqual([
      null,
      expect.stringContaining('the ledger refused'),
      null,
    ]);
    expect(slots.map(({ door }) => door)).toEqual(['open', 'unknown', 'open', 'unknown']);
    expect(alarms).toMatchObject([{ alarm: 'event set aside' }]);
    expect(bench.stateOf(other).log).toMatchObject([{ setAside: null }]);
  });

  test('the same fact in a later incarnation is logged again and has no second effect', async () => {
    const id = locker.note({ kind: 'problem.reported', problem: 'slot dirty', slot: 1 });
    locker.events();
    await locker.receiveWant();
    const { incarnation: before } = locker;
    const hash = locker.headBefore(2);
    locker.startIncarnation();
    locker.agentNonce = locker.nonce();
    await locker.greet();
    const origin = { incarnation: before, seq: 1, hash };
    locker.note({ kind: 'problem.reported', problem: 'slot dirty', slot: 1 }, { id, origin });
    locker.events();
    await locker.receiveWant();
    const { log, alarms } = bench.stateOf(locker);
    expect(log.map(({ ordinal, eventId }) => [ordinal, eventId])).toEqual([
      [1, id],
      [2, id],
    ]);
    expect(log.map(({ setAside }) => setAside)).toEqual([null, null]);
    expect(alarms.filter(({ alarm }) => alarm === 'problem reported')).toHaveLength(1);
  });

  test('a fact whose origin cannot be is set aside; one of a life that the ledger lost has its effect', async () => {
    const hash = locker.headBefore(1);
    const lost = { incarnation: locker.uuid(), seq: 7, hash };
    locker.note(opened(1), { origin: { ...lost, incarnation: locker.incarnation } });
    locker.note(opened(2), { origin: lost });
    locker.note(opened(3), { origin: { incarnation: lost.incarnation } });
    locker.events();
    expect(await locker.receiveWant()).toMatchObject({ from: 4 });
    const { log, slots } = bench.stateOf(locker);
    expect(log.map(({ setAside }) => setAside)).toEqual([
      'it is carried over from its own incarnation',
      null,
      'the line is not an event',
    ]);
    expect(slots.map(({ door }) => door)).toEqual(['unknown', 'open', 'unknown', 'unknown']);
  });
});
