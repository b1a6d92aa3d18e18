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

  it('and then opens under nobody’s eyes was not forced', () => {
    const locker = new TestLocker(usualPlan());
    locker.door(2, 'unknown');
    locker.door(2, 'open');
    expect(locker.kinds).toEqual(['door.unknown', 'door.opened']);
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
    locker.pass(2 * 3_600_000);
    expect(locker.facts('events.summarised')).toContainEqual(
      expect.objectContaining({ summarised: 'supply.sagged', count: 170 }),
    );
  });
});
