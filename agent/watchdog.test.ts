import { expect, it, onTestFinished } from 'vitest';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { fakeServiceManager } from './adapters/service-manager/fake-service-manager.ts';
import { memoryStore } from './adapters/store/memory-store.ts';
import { testAgent } from './testing.ts';
import { watchdog } from './watchdog.ts';

/** A quiet locker: nobody comes, and there is no server. */
async function quietLocker(watchdogMs?: number) {
  const clock = manualClock(Date.UTC(2026, 0, 2));
  const manager = fakeServiceManager(watchdogMs);
  const watch = watchdog(memoryStore(), { manager, clock });
  const { agent } = testAgent({ clock, store: watch.store });
  await agent.start();
  watch.start();
  onTestFinished(() => watch.stop());
  const fedIn = async (seconds: number) => {
    manager.told.length = 0;
    await clock.advance(seconds * 1000);
    return manager.told.length;
  };
  return { agent, manager, watch, fedIn };
}

it('is fed three times per deadline, however quiet the locker', async () => {
  const { manager, fedIn } = await quietLocker(30_000);
  expect(manager.told).toEqual(['ready', 'alive']);
  expect(await fedIn(3_600)).toBe(360);
  expect(new Set(manager.told)).toEqual(new Set(['alive']));
});

it('is fed no more once the loop no longer writes, though its timers still run', async () => {
  const { agent, fedIn } = await quietLocker(30_000);
  await agent.stop();
  await fedIn(90);
  expect(await fedIn(3_600)).toBe(0);
});

it('says only that it is ready and that it stops where nobody watches', async () => {
  const { manager, watch, fedIn } = await quietLocker();
  expect(manager.told).toEqual(['ready']);
  expect(await fedIn(3_600)).toBe(0);
  watch.stop();
  expect(manager.told).toEqual(['stopping']);
});
