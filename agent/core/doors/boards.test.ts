import { describe, expect, it } from 'vitest';
import { TestLocker, usualPlan } from '../testing.ts';

const board = (locker: TestLocker, state: 'lost' | 'back' | 'noisy' | 'quiet', name = 'board-1') =>
  locker.give({ kind: 'boardSeen', board: name, state, detail: 'x'.repeat(500) });

describe('a door that is seen no more', () => {
  it('is told of by itself while its board answers', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(2, 'unknown');
    expect(locker.facts('door.unknown')).toMatchObject([{ slot: 2 }]);
  });

  it('is told of by its board where that is lost', () => {
    const locker = new TestLocker(usualPlan());
    board(locker, 'lost');
    locker.door(2, 'unknown');
    expect(locker.kinds).toEqual(['board.lost']);
    board(locker, 'back');
    locker.door(2, 'closed');
    locker.door(2, 'unknown');
    expect(locker.kinds).toEqual(['board.lost', 'board.back', 'door.unknown']);
  });

  it('makes the loss of another board no excuse', () => {
    const locker = new TestLocker(usualPlan());
    board(locker, 'lost', 'board-2');
    locker.door(2, 'unknown');
    expect(locker.kinds).toEqual(['board.lost', 'door.unknown']);
  });

  it('and is seen again as it stood is known again, once for each time', () => {
    const locker = new TestLocker(usualPlan());
    for (let n = 0; n < 2; n += 1) {
      locker.door(2, 'unknown');
      locker.door(2, 'closed');
    }
    expect(locker.kinds).toEqual(['door.unknown', 'door.known', 'door.unknown', 'door.known']);
    expect(locker.facts('door.known')[0]).toMatchObject({ slot: 2, position: 'closed' });
  });

  it('while it is used is known again, too', () => {
    const locker = new TestLocker(usualPlan());
    locker.scanBadge();
    locker.scan('PARCEL1');
    locker.door(2, 'unknown');
    locker.door(2, 'open');
    locker.door(2, 'unknown');
    locker.door(2, 'closed');
    expect(locker.facts('door.known')).toMatchObject([{ slot: 2, position: 'open' }]);
    expect(locker.facts('door.closed')).toHaveLength(1);
  });

  it('is told with all others on its lost board, and when they may be seen again', () => {
    const locker = new TestLocker(usualPlan());
    board(locker, 'lost');
    board(locker, 'back');
    expect(locker.facts('board.lost')).toMatchObject([{ slots: [1, 2, 3, 4] }]);
    expect(locker.facts('board.back')).toMatchObject([{ slots: [1, 2, 3, 4] }]);
  });

  it('although its board is back is told unknown by itself', () => {
    const locker = new TestLocker(usualPlan());
    board(locker, 'lost');
    for (const slot of [1, 2, 3]) locker.door(slot, 'unknown');
    board(locker, 'back');
    locker.door(1, 'closed');
    locker.door(3, 'closed');
    locker.pass(10_000);
    expect(locker.facts('door.unknown')).toMatchObject([{ slot: 2 }]);
    locker.door(2, 'closed');
    expect(locker.facts('door.known')).toMatchObject([{ slot: 2, position: 'closed' }]);
  });

  it('not, although its board is lost, is known by itself', () => {
    const locker = new TestLocker(usualPlan());
    board(locker, 'lost');
    for (const slot of [1, 2]) locker.door(slot, 'unknown');
    locker.pass(10_000);
    expect(locker.facts('door.known')).toMatchObject([{ slot: 3, position: 'closed' }]);
  });

  it('at a start is named there, and known once it is seen', () => {
    const locker = new TestLocker(usualPlan());
    locker.doors.set(2, 'unknown');
    locker.cut();
    expect(locker.facts('agent.started').map(({ unseen }) => unseen)).toEqual([[4], [2, 4]]);
    locker.door(2, 'closed');
    expect(locker.facts('door.known')).toMatchObject([{ slot: 2, position: 'closed' }]);
  });

  it('again and again fills no card, and stands as it does once that is over', () => {
    const locker = new TestLocker(usualPlan());
    for (let n = 0; n < 500; n += 1) {
      locker.door(2, 'unknown');
      locker.door(2, 'closed');
    }
    expect(locker.events.length).toBeLessThan(130);
    locker.pass(2 * 3_600_000);
    expect(locker.kinds.filter((kind) => kind.startsWith('door.')).at(-1)).toBe('door.known');
    expect(locker.facts('events.summarised')).toContainEqual(
      expect.objectContaining({ summarised: 'door.unknown', slot: 2, count: 440 }),
    );
  });

  it('and is open when it is seen again was forced under nobody’s eyes', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(2, 'unknown');
    locker.door(2, 'open');
    expect(locker.kinds).toEqual(['door.unknown', 'door.opened', 'door.forced']);
  });
});

describe('lines and supplies', () => {
  it('that are noisy, quiet or sagging are facts', () => {
    const locker = new TestLocker(usualPlan());
    board(locker, 'noisy');
    board(locker, 'quiet');
    locker.give({ kind: 'supplySagged', supply: 'psu', board: 'board-1', detail: 'silent' });
    expect(locker.kinds).toEqual(['board.noisy', 'board.quiet', 'supply.sagged']);
    expect(locker.facts('board.noisy')[0]?.detail).toHaveLength(200);
  });

  it('that come and go all the time fill no card, and hide no other board', () => {
    const locker = new TestLocker(usualPlan());
    for (let n = 0; n < 200; n += 1) {
      board(locker, 'noisy');
      board(locker, 'quiet');
      board(locker, 'lost');
      board(locker, 'back');
      locker.give({ kind: 'supplySagged', supply: 'psu', board: 'board-1', detail: '' });
    }
    expect(locker.events.length).toBeLessThan(160);
    board(locker, 'lost', 'board-2');
    expect(locker.facts('board.lost').at(-1)).toMatchObject({ board: 'board-2' });
    board(locker, 'lost');
    locker.pass(2 * 3_600_000);
    expect(locker.facts('events.summarised')).toContainEqual(
      expect.objectContaining({ summarised: 'supply.sagged', count: 170 }),
    );
    // That it is lost was only counted.
    expect(locker.facts('board.lost').at(-1)).toMatchObject({ board: 'board-1' });
    expect(locker.facts('board.back')).toHaveLength(30);
  });
});
