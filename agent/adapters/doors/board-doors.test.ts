import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeBoard } from '../lock-board/fake-board.ts';
import { boardDoors } from './board-doors.ts';
import { FAST_POLL_MS, IDLE_POLL_MS, LOST_AFTER_FAILED_READS, LOST_POLL_MOST_MS } from './board-judge.ts';
import { FRESH_MS } from './board-watch.ts';
import { ATTEMPTS_MAX } from './power-limits.ts';
import type { DoorPlace } from './slot-signs.ts';

const slots: DoorPlace[] = [
  { number: 1, board: 'left', channel: 1 },
  { number: 2, board: 'left', channel: 2 },
  { number: 3, board: 'right', channel: 1 },
  { number: 4, board: 'right', channel: 2, blind: true },
];

function build() {
  const clock = manualClock();
  const [left, right] = [fakeBoard({ name: 'left' }), fakeBoard({ name: 'right' })];
  const reads = { left: [] as number[], right: [] as number[] };
  for (const [name, board] of [
    ['left', left],
    ['right', right],
  ] as const) {
    const read = board.read;
    board.read = () => {
      reads[name].push(clock.monotonicMs());
      return read();
    };
  }
  const told: string[] = [];
  const doors = boardDoors({ clock, boards: [left, right], supplies: [], slots });
  const listener = {
    onDoor: (slot: number, position: string) => void told.push(`${slot} ${position}`),
    onBoard: (board: string, state: string) => void told.push(`${board} ${state}`),
    onContents: () => undefined,
    onServiceSwitch: () => undefined,
    onSupply: () => undefined,
  };
  const news = () => told.splice(0);
  return {
    clock,
    left,
    right,
    reads,
    doors,
    news,
    start: () => clock.until(doors.start(listener)),
    listener,
  };
}

async function started() {
  const built = build();
  await built.start();
  built.news();
  return built;
}

describe('the start', () => {
  it('tells each door once, as two polls agree on it', async () => {
    const { start, left, news, clock } = build();
    left.setDoor(2, 'open');
    await start();
    expect(news().sort()).toEqual(['1 closed', '2 open', '3 closed', '4 unknown']);
    await clock.advance(10 * IDLE_POLL_MS);
    expect(news()).toEqual([]);
  });

  it('is not held up by a board that does not answer', async () => {
    const { start, right, news } = build();
    right.fail('no answer');
    await start();
    expect(news().sort()).toEqual(['1 closed', '2 closed', '3 unknown', '4 unknown', 'right lost']);
  });

  it('is not held up by a door that will not settle', async () => {
    const { start, left, clock, news } = build();
    const flap = () => {
      left.setDoor(1, left.position(1) === 'open' ? 'closed' : 'open');
      clock.after(FAST_POLL_MS, flap);
    };
    clock.after(FAST_POLL_MS / 2, flap);
    await start();
    expect(news()).toContain('1 unknown');
  });

  it('happens once', async () => {
    const { doors, listener } = await started();
    await expect(doors.start(listener)).rejects.toThrow('once');
  });
});

describe('watching', () => {
  it('tells a change when the next poll confirms it', async () => {
    const { clock, left, news } = await started();
    left.setDoor(1, 'open');
    await clock.advance(IDLE_POLL_MS + FAST_POLL_MS);
    expect(news()).toEqual(['1 open']);
    left.setDoor(1, 'closed');
    await clock.advance(IDLE_POLL_MS + FAST_POLL_MS);
    expect(news()).toEqual(['1 closed']);
  });

  it('does not believe a single poll', async () => {
    const { clock, left, reads, news } = await started();
    left.setDoor(1, 'open');
    await clock.advance(IDLE_POLL_MS);
    left.setDoor(1, 'closed');
    await clock.advance(10 * IDLE_POLL_MS);
    expect(news()).toEqual([]);
    expect(reads.left.length).toBeGreaterThan(10);
  });

  describe('a door that somebody waits for', () => {
    it('is unknown, and it alone, when it was not read for a while, and known again once it is', async () => {
      const { clock, doors, left, news } = await started();
      const { read } = left;
      const line = Promise.withResolvers<void>();
      doors.watch(1, true);
      await clock.advance(FAST_POLL_MS);
      left.read = () => line.promise.then(read);
      await clock.advance(2 * FRESH_MS);
      expect(news()).toEqual(['1 unknown']);
      line.resolve();
      await clock.advance(3 * FAST_POLL_MS);
      expect(news()).toEqual(['1 closed']);
    });

    it('is unknown when no two readings agree on what they say', async () => {
      const { clock, doors, left, news } = await started();
      const { read } = left;
      let reads = 0;
      left.read = async () => {
        reads += 1;
        left.setDoor(1, 'open');
        return reads % 2 === 0 ? read() : { ok: false, reason: 'garbage', detail: 'noise' };
      };
      doors.watch(1, true);
      await clock.advance(2 * FRESH_MS);
      expect(news()).toContain('1 unknown');
    });

    it('is known as long as its readings are', async () => {
      const { clock, doors, news } = await started();
      doors.watch(1, true);
      await clock.advance(10 * FRESH_MS);
      expect(news()).toEqual([]);
    });
  });

  it('polls a board fast while a person waits at one of its doors, and only that one', async () => {
    const { clock, doors, reads } = await started();
    const reset = () => {
      reads.left = [];
      reads.right = [];
    };
    doors.watch(1, true);
    doors.watch(2, true);
    doors.watch(999, true);
    reset();
    await clock.advance(5_000);
    expect(reads.left.length).toBeGreaterThanOrEqual(5_000 / FAST_POLL_MS - 1);
    expect(reads.right.length).toBeLessThanOrEqual(5_000 / IDLE_POLL_MS + 1);
    doors.watch(1, false);
    doors.watch(2, false);
    reset();
    await clock.advance(5_000);
    expect(reads.left.length).toBeLessThanOrEqual(5_000 / IDLE_POLL_MS + 1);
  });

  it('never polls twice within the shortest interval, even as somebody begins to wait', async () => {
    const { clock, doors, reads } = await started();
    for (let time = 0; time < 20; time++) {
      await clock.advance(37);
      doors.watch(1, time % 2 === 0);
    }
    const apartMs = reads.left.slice(1).map((atMs, at) => atMs - (reads.left[at] ?? 0));
    expect(Math.min(...apartMs)).toBeGreaterThanOrEqual(FAST_POLL_MS);
  });
});

describe('a board that falls silent', () => {
  it('is lost after some failed reads, its doors unknown, and back when it answers', async () => {
    const { clock, left, news } = await started();
    left.setDoor(2, 'open');
    await clock.advance(IDLE_POLL_MS + FAST_POLL_MS);
    news();
    left.fail('no answer');
    await clock.advance(IDLE_POLL_MS + (LOST_AFTER_FAILED_READS - 2) * FAST_POLL_MS);
    expect(news()).toEqual([]);
    await clock.advance(FAST_POLL_MS);
    expect(news()).toEqual(['left lost', '1 unknown', '2 unknown']);
    await clock.advance(60 * 60_000);
    expect(news()).toEqual([]);
    left.fail(undefined);
    left.setDoor(1, 'open');
    await clock.advance(LOST_POLL_MOST_MS + FAST_POLL_MS);
    expect(news()).toEqual(['left back', '1 open', '2 open']);
  });

  it('confirms nothing across a failed read', async () => {
    const { clock, left, news } = await started();
    left.setDoor(1, 'open');
    await clock.advance(IDLE_POLL_MS);
    left.fail('garbage');
    await clock.advance(FAST_POLL_MS);
    left.fail(undefined);
    await clock.advance(FAST_POLL_MS);
    expect(news()).toEqual([]);
    await clock.advance(FAST_POLL_MS);
    expect(news()).toEqual(['1 open']);
  });

  it('is forgiven a single failed read', async () => {
    const { clock, left, news } = await started();
    left.fail('garbage');
    await clock.advance(IDLE_POLL_MS);
    left.fail(undefined);
    await clock.advance(10 * IDLE_POLL_MS);
    expect(news()).toEqual([]);
  });

  it('may still be told to open: nobody knows whether it did', async () => {
    const { clock, left, doors } = await started();
    left.fail('no answer');
    await clock.advance(5_000);
    expect(await clock.until(doors.pulse(1, 500))).toEqual({ ok: true, acknowledged: false });
  });
});

describe('a pulse', () => {
  it('opens the door of that slot', async () => {
    const { clock, right, doors, news } = await started();
    doors.watch(3, true);
    expect(await clock.until(doors.pulse(3, 400))).toEqual({ ok: true, acknowledged: true });
    await clock.advance(3 * FAST_POLL_MS);
    expect(right.pulses).toEqual([{ channel: 1, pulseMs: 400 }]);
    expect(news()).toEqual(['3 open']);
  });

  it('for a slot that is not there is refused', async () => {
    const { doors } = await started();
    expect(await doors.pulse(9, 500)).toMatchObject({ ok: false, reason: 'no such slot' });
  });

  it('is forgiven once its door was seen to open', async () => {
    const { clock, left, doors } = await started();
    const pulse = () => clock.until(doors.pulse(1, 300));
    left.jam(1, true);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await pulse();
      await clock.advance(4_000);
    }
    expect(await pulse()).toMatchObject({ ok: false, reason: 'cooling down' });
    left.setDoor(1, 'open');
    await clock.advance(IDLE_POLL_MS + FAST_POLL_MS);
    expect(await pulse()).toMatchObject({ ok: true });
  });
});

it('stops: nothing more is told, and pulses are refused', async () => {
  const { clock, left, doors, reads, news } = await started();
  await clock.until(Promise.all([doors.stop(), doors.stop()]));
  left.setDoor(1, 'open');
  reads.left = [];
  await clock.advance(10_000);
  expect(news()).toEqual([]);
  expect(reads.left).toEqual([]);
  expect(await doors.pulse(1, 300)).toMatchObject({ ok: false, reason: 'closed' });
});

it('tells nothing of a read that was under way when it was stopped', async () => {
  const { clock, left, doors, news } = await started();
  left.fail('no answer');
  await clock.advance(60_000);
  expect(news()).toContain('left lost');
  const slow = Promise.withResolvers<void>();
  left.read = async () => {
    await slow.promise;
    return { ok: true, doors: [], inputs: [], noise: 0 };
  };
  await clock.advance(LOST_POLL_MOST_MS);
  const stopped = doors.stop();
  slow.resolve();
  await clock.until(stopped);
  await clock.advance(60_000);
  expect(news()).toEqual([]);
});

it('may be stopped before it was started', async () => {
  const { clock, doors } = build();
  await clock.until(doors.stop());
  expect(await doors.pulse(1, 300)).toMatchObject({ ok: false, reason: 'closed' });
});
