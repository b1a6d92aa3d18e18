import { describe, expect, it } from 'vitest';
import type { LockBoard } from '../../ports/lock-board.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { type FakeBoard, fakeBoard } from '../lock-board/fake-board.ts';
import type { Supply } from './power-feed.ts';
import { powerGuard } from './power-guard.ts';
import {
  ATTEMPTS_MAX,
  COOL_DOWN_MS,
  PULSE_GAP_MS,
  PULSE_MS_MAX,
  REST_MS_MIN,
  WAITING_MAX,
} from './power-limits.ts';

function start(supplies: Supply[] = [], fixedPulseMs?: number) {
  const clock = manualClock();
  const boards = ['a', 'b'].map((name) => fakeBoard({ name, channels: 80 }));
  const driven: { door: string; atMs: number; pulseMs: number }[] = [];
  const spied = boards.map((board): LockBoard => {
    const pulse = async (channel: number, pulseMs: number) => {
      driven.push({ door: `${board.name}${channel}`, atMs: clock.monotonicMs(), pulseMs });
      return board.pulse(channel, pulseMs);
    };
    return { ...board, ...(fixedPulseMs === undefined ? {} : { fixedPulseMs }), pulse };
  });
  const guard = powerGuard({ clock, boards: spied, supplies });
  const pulse = (channel: number, pulseMs = 500, board = 'a') =>
    clock.until(guard.pulse(board, channel, pulseMs));
  return { clock, guard, pulse, driven, board: boards[0] as FakeBoard };
}

describe('one pulse', () => {
  it('is cut to the longest allowed', async () => {
    const { pulse, driven } = start();
    expect(await pulse(1, 60_000)).toEqual({ ok: true, acknowledged: true });
    expect(driven).toEqual([{ door: 'a1', atMs: 0, pulseMs: PULSE_MS_MAX }]);
  });

  it.each([0, -5, Number.NaN])('of %s ms is refused', async (pulseMs) => {
    const { pulse, driven } = start();
    expect(await pulse(1, pulseMs)).toMatchObject({ ok: false, reason: 'pulse out of range' });
    expect(driven).toEqual([]);
  });

  it('of a board that times its own beyond the limit is refused', async () => {
    const { pulse, driven } = start([], PULSE_MS_MAX + 1);
    expect(await pulse(1)).toMatchObject({ ok: false, reason: 'pulse out of range' });
    expect(driven).toEqual([]);
  });

  it('passes on what the board says', async () => {
    const { pulse, board } = start();
    board.fail('line lost');
    expect(await pulse(1)).toMatchObject({ ok: false, reason: 'line lost' });
    expect(await pulse(1, 500, 'nobody')).toMatchObject({ ok: false, reason: 'no such channel' });
  });
});

describe('the rest of a door', () => {
  it.each([
    [300, REST_MS_MIN],
    [1_000, 9_000],
  ])('after %s ms is %s ms from the end of its pulse', async (pulseMs, restMs) => {
    const { clock, pulse } = start();
    await pulse(1, pulseMs);
    await clock.advance(pulseMs + restMs - 1);
    expect(await pulse(1, pulseMs)).toMatchObject({ ok: false, reason: 'resting', retryInMs: 1 });
    await clock.advance(1);
    expect(await pulse(1, pulseMs)).toMatchObject({ ok: true });
  });

  it('follows what the board itself times', async () => {
    const { clock, pulse } = start([], 1_500);
    await pulse(1, 100);
    await clock.advance(1_500 + 9 * 1_500 - 1);
    expect(await pulse(1, 100)).toMatchObject({ reason: 'resting', retryInMs: 1 });
  });

  it('is not owed for a pulse that was never driven, but is for one that may have been', async () => {
    const { pulse, board } = start();
    board.fail('line lost');
    await pulse(1);
    board.fail('no answer');
    expect(await pulse(1)).toEqual({ ok: true, acknowledged: false });
    expect(await pulse(1)).toMatchObject({ reason: 'resting' });
  });

  it('holds back the second of two pulses asked at once', async () => {
    const { clock, guard, driven } = start();
    const both = await clock.until(Promise.all([guard.pulse('a', 1, 500), guard.pulse('a', 1, 500)]));
    expect(both).toMatchObject([{ ok: true }, { ok: false, reason: 'resting' }]);
    expect(driven).toHaveLength(1);
  });
});

describe('attempts', () => {
  async function spend(started: ReturnType<typeof start>) {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      expect(await started.pulse(1)).toMatchObject({ ok: true });
      await started.clock.advance(5_000);
    }
  }

  it('end in a cool-down, after which they begin anew', async () => {
    const started = start();
    await spend(started);
    const refused = await started.pulse(1);
    expect(refused).toMatchObject({
      ok: false,
      reason: 'cooling down',
      retryInMs: COOL_DOWN_MS + 500 - 5_000,
    });
    await started.clock.advance(COOL_DOWN_MS + 500 - 5_000 - 1);
    expect(await started.pulse(1)).toMatchObject({ reason: 'cooling down', retryInMs: 1 });
    await started.clock.advance(1);
    await spend(started);
    expect(await started.pulse(1)).toMatchObject({ reason: 'cooling down' });
  });

  it('are forgiven when the door is seen open, though its rest is not', async () => {
    const started = start();
    await spend(started);
    started.guard.seenOpen('a', 1);
    expect(await started.pulse(1)).toMatchObject({ ok: true });
    started.guard.seenOpen('a', 1);
    expect(await started.pulse(1)).toMatchObject({ reason: 'resting' });
  });

  it('count for one door only', async () => {
    const started = start();
    await spend(started);
    expect(await started.pulse(2)).toMatchObject({ ok: true });
  });
});

describe('a supply', () => {
  const hungOn = (doorsAtOnce: number): Supply[] => [{ name: 'left', boards: ['a'], doorsAtOnce }];

  it('drives one door at a time, in order, with a gap between', async () => {
    const { clock, guard, driven } = start();
    const asked = [3, 1, 2].map((channel) => guard.pulse('a', channel, 500));
    await clock.until(Promise.all([...asked, guard.pulse('b', 1, 500)]));
    const step = 500 + PULSE_GAP_MS;
    expect(driven.map(({ door, atMs }) => [door, atMs])).toEqual([
      ['a3', 0],
      ['a1', step],
      ['a2', 2 * step],
      ['b1', 3 * step],
    ]);
  });

  it('of its own does not wait for another', async () => {
    const { clock, guard, driven } = start(hungOn(1));
    await clock.until(Promise.all([guard.pulse('a', 1, 500), guard.pulse('b', 1, 500)]));
    expect(driven.map(({ atMs }) => atMs)).toEqual([0, 0]);
  });

  it('that carries two drives two, never started together', async () => {
    const { clock, guard, driven } = start(hungOn(2));
    await clock.until(Promise.all([1, 2, 3].map((channel) => guard.pulse('a', channel, 500))));
    expect(driven.map(({ atMs }) => atMs)).toEqual([0, PULSE_GAP_MS, 500 + PULSE_GAP_MS]);
  });

  it('drives no more through one board than that bears, and another board meanwhile', async () => {
    const { clock, guard, driven } = start([
      { name: 'main', boards: ['a', 'b'], doorsAtOnce: 2, doorsAtOnceByBoard: { a: 1 } },
    ]);
    const asked = [guard.pulse('a', 1, 500), guard.pulse('a', 2, 500), guard.pulse('b', 1, 500)];
    await clock.until(Promise.all(asked));
    const atMs = (door: string) => driven.find((one) => one.door === door)?.atMs ?? Number.NaN;
    expect(atMs('a2') - atMs('a1')).toBe(500 + PULSE_GAP_MS);
    expect(Math.abs(atMs('b1') - atMs('a1'))).toBe(PULSE_GAP_MS);
  });

  it('is not held by a pulse that could not be driven', async () => {
    const { clock, guard, board, driven } = start();
    board.fail('line lost');
    await clock.until(Promise.all([guard.pulse('a', 1, 2_000), guard.pulse('b', 1, 500)]));
    expect(driven.at(-1)).toMatchObject({ door: 'b1', atMs: PULSE_GAP_MS });
  });

  it('lets only so many wait', async () => {
    const { clock, guard } = start();
    const asked = Array.from({ length: WAITING_MAX + 2 }, (_, at) => guard.pulse('a', at + 1, 500));
    const outcomes = await clock.until(Promise.all(asked));
    expect(outcomes.filter((outcome) => !outcome.ok)).toMatchObject([{ reason: 'supply busy' }]);
    expect(outcomes.filter((outcome) => !outcome.ok && (outcome.retryInMs ?? 0) > 0)).toHaveLength(1);
  });
});

it('refuses what waits and what comes once it is closed', async () => {
  const { clock, guard, driven } = start();
  const asked = [1, 2, 3].map((channel) => guard.pulse('a', channel, 500));
  await clock.advance(0);
  guard.close();
  expect(await clock.until(Promise.all([...asked, guard.pulse('a', 4, 500)]))).toMatchObject([
    { ok: true },
    { reason: 'closed' },
    { reason: 'closed' },
    { reason: 'closed' },
  ]);
  expect(driven).toHaveLength(1);
});

it('remembers what an earlier life drove: its rest, its attempts and its load', async () => {
  const clock = manualClock();
  const board = fakeBoard({ name: 'a' });
  const boards = [{ ...board, fixedPulseMs: 500 }];
  const coilsAtStart = [
    { board: 'a', channel: 1, sincePulseMs: 100, attempts: ATTEMPTS_MAX },
    { board: 'a', channel: 2, sincePulseMs: 3_000, attempts: 1 },
    { board: 'a', channel: 3, sincePulseMs: Number.NaN, attempts: 1 },
  ];
  const guard = powerGuard({ clock, boards, supplies: [], coilsAtStart });
  expect(await guard.pulse('a', 1, 500)).toMatchObject({ reason: 'cooling down', retryInMs: 60_400 });
  expect(await guard.pulse('a', 2, 500)).toMatchObject({ reason: 'resting', retryInMs: 2_000 });
  expect(await guard.pulse('a', 3, 500)).toMatchObject({ reason: 'resting', retryInMs: 5_000 });
  expect(await clock.until(guard.pulse('a', 4, 500))).toMatchObject({ ok: true });
  // The coil that was being driven had to end first, and its gap to pass.
  expect(clock.monotonicMs()).toBe(500 + PULSE_GAP_MS);
});
