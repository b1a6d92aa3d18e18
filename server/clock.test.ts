import { expect, test } from 'vitest';
import { delayMsMax, manualClock, pause, realClock } from './clock.ts';

test('a manual clock runs timers in the order of their times, each at its own time', () => {
  const clock = manualClock(1_000);
  const ran: string[] = [];
  clock.after(30, () => ran.push(`c at ${clock.nowMs()}`));
  clock.after(10, () => {
    ran.push(`a at ${clock.nowMs()}`);
    clock.after(5, () => ran.push(`b at ${clock.nowMs()}`));
  });
  clock.after(31, () => ran.push('too early'));
  clock.advance(30);
  expect(ran).toEqual(['a at 1010', 'b at 1015', 'c at 1030']);
  expect(clock.nowMs()).toBe(1_030);
  expect(clock.pending()).toBe(1);
});

test('timers of the same time run in the order in which they were set', () => {
  const clock = manualClock();
  const ran: number[] = [];
  for (const number of [1, 2, 3]) clock.after(10, () => ran.push(number));
  clock.advance(10);
  expect(ran).toEqual([1, 2, 3]);
});

test('a cancelled timer never runs', () => {
  const clock = manualClock();
  let runs = 0;
  const cancel = clock.after(10, () => runs++);
  cancel();
  cancel();
  clock.advance(10);
  expect(runs).toBe(0);
});

test('a pause ends when its time has come', async () => {
  const clock = manualClock();
  const over = pause(clock, 10);
  clock.advance(10);
  await over;
});

test('the real clock fires, and cancels', async () => {
  const clock = realClock();
  const cancelled = clock.after(0, () => expect.unreachable('it was cancelled'));
  cancelled();
  await pause(clock, 1);
  expect(clock.nowMs()).toBeGreaterThan(Date.UTC(2024, 0));
});

test('a delay that Node would fire at once is refused', () => {
  for (const clock of [realClock(), manualClock()]) {
    expect(() => clock.after(delayMsMax + 1, () => undefined)).toThrow(RangeError);
    expect(() => clock.after(Number.NaN, () => undefined)).toThrow(RangeError);
  }
});
