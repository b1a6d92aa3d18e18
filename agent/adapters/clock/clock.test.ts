import { expect, it } from 'vitest';
import { clockContract } from '../../contracts/clock.contract.ts';
import { manualClock } from './manual-clock.ts';
import { realClock } from './real-clock.ts';

clockContract('real', () => ({ clock: realClock(), until: (promise) => promise }));
clockContract('manual', () => {
  const clock = manualClock();
  return { clock, until: clock.until };
});

it('runs what falls due on the way at its own moment, promises between included', async () => {
  const clock = manualClock();
  const seen: [string, number][] = [];
  const pause = (ms: number) => new Promise<void>((done) => clock.after(ms, done));
  const walk = async () => {
    for (const step of ['a', 'b', 'c']) {
      await pause(10);
      await Promise.resolve();
      seen.push([step, clock.monotonicMs()]);
    }
  };
  const walked = walk();
  clock.after(15, () => seen.push(['between', clock.monotonicMs()]));
  await clock.advance(29);
  expect(seen).toEqual([
    ['a', 10],
    ['between', 15],
    ['b', 20],
  ]);
  expect(clock.monotonicMs()).toBe(29);
  await clock.until(walked);
  expect(clock.monotonicMs()).toBe(30);
});

it('lets the wall jump without moving monotonic time', async () => {
  const clock = manualClock(1_000);
  await clock.advance(500);
  expect(clock.wallMs()).toBe(1_500);
  clock.setWall(90_000);
  await clock.advance(10);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([90_010, 510]);
});

it('says so when a promise can never settle', async () => {
  await expect(manualClock().until(new Promise(() => {}))).rejects.toThrow('nothing is due');
});
