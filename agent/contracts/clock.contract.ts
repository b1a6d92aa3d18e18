import { describe, expect, it } from 'vitest';
import type { Clock } from '../ports/clock.ts';

export interface ClockHarness {
  clock: Clock;
  /** Lets time pass until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T>;
}

/** What every clock must do, whatever turns its hands. */
export function clockContract(name: string, create: () => ClockHarness): void {
  describe(`clock contract: ${name}`, () => {
    it('lets monotonic time pass and never go back', async () => {
      const { clock, until } = create();
      const readings = [clock.monotonicMs()];
      for (const delayMs of [0, 3, 5]) {
        await until(new Promise<void>((done) => clock.after(delayMs, done)));
        readings.push(clock.monotonicMs());
      }
      expect(readings).toEqual([...readings].sort((a, b) => a - b));
      expect((readings.at(-1) ?? 0) - (readings[0] ?? 0)).toBeGreaterThanOrEqual(8);
    });

    it('tells wall time as a whole or fractional number of milliseconds since 1970', () => {
      expect(create().clock.wallMs()).toBeGreaterThanOrEqual(0);
    });

    it('runs an action once, never within the call that asks for it', async () => {
      const { clock, until } = create();
      let runs = 0;
      const later = new Promise<void>((done) => clock.after(4, done));
      clock.after(0, () => {
        runs += 1;
      });
      expect(runs).toBe(0);
      await until(later);
      expect(runs).toBe(1);
    });

    it('runs actions in the order in which they fall due', async () => {
      const { clock, until } = create();
      const order: string[] = [];
      const last = new Promise<void>((done) => clock.after(40, done));
      clock.after(20, () => order.push('later'));
      clock.after(0, () => order.push('sooner'));
      await until(last);
      expect(order).toEqual(['sooner', 'later']);
    });

    it('does not run what was cancelled, and may be told so twice', async () => {
      const { clock, until } = create();
      const runs: string[] = [];
      const cancel = clock.after(1, () => runs.push('cancelled'));
      cancel();
      cancel();
      const kept = new Promise<void>((done) => clock.after(3, done));
      await until(kept);
      cancel();
      expect(runs).toEqual([]);
    });

    it('does not run a delay of months at once', async () => {
      const { clock, until } = create();
      const runs: string[] = [];
      const cancel = clock.after(100 * 86_400_000, () => runs.push('too soon'));
      await until(new Promise<void>((done) => clock.after(5, done)));
      cancel();
      expect(runs).toEqual([]);
    });
  });
}
