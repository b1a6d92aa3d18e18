import { pino } from 'pino';
import { expect, it } from 'vitest';
import { manualClock } from './adapters/clock/manual-clock.ts';
import { fakeKiosk } from './adapters/kiosk/fake-kiosk.ts';
import { seededRandom } from './adapters/random/seeded-random.ts';
import { memoryStore } from './adapters/store/memory-store.ts';
import { fakeUplink } from './adapters/uplink/fake-uplink.ts';
import type { Change } from './core/state.ts';
import { config } from './core/testing.ts';
import { createLoop } from './loop.ts';
import { type Store, StoreError } from './ports/store.ts';
import { FakeDoors, keys } from './testing.ts';

/** The loop alone, over a store that tells what is committed; `onCommit` may throw. */
function testLoop({ onCommit = (_change: Change): void => undefined, random = seededRandom(1) } = {}) {
  const memory = memoryStore();
  const commits: Change[] = [];
  const store: Store = {
    ...memory,
    commit(change) {
      onCommit(change);
      memory.commit(change);
      commits.push(change);
    },
  };
  const [clock, kiosk, doors, uplink] = [manualClock(), fakeKiosk(), new FakeDoors([1, 2, 3]), fakeUplink()];
  let views = 0;
  kiosk.look(() => {
    views += 1;
  });
  const loop = createLoop(config, {
    clock,
    kiosk,
    doors,
    uplink,
    random,
    keys,
    store,
    logger: pino({ enabled: false }),
  });
  const lines = () => commits.flatMap((change) => change.lines.map(({ line }) => JSON.parse(line)));
  const kinds = () => lines().map(({ kind }) => kind as string);
  const start = () => loop.give({ kind: 'started', doors: new Map([[1, 'closed']]) });
  return { ...loop, start, clock, kiosk, doors, uplink, store, lines, kinds, views: () => views };
}

it('does nothing inside the call that gives an input', async () => {
  const { start, kinds, clock } = testLoop();
  start();
  expect(kinds()).toEqual([]);
  await clock.advance(0);
  expect(kinds()).toContain('agent.started');
});

it('shows a view only when it changed', async () => {
  const { start, give, clock, views } = testLoop();
  start();
  await clock.advance(0);
  const before = views();
  give({ kind: 'doorSeen', slot: 3, position: 'open' });
  give({ kind: 'doorSeen', slot: 3, position: 'closed' });
  await clock.advance(0);
  expect(views()).toBe(before);
});

it.each([
  ['a disk that fails', new StoreError('failed', 'the disk is gone')],
  ['a disk that is full', new StoreError('full', 'the disk is full')],
])(
  'ends at %s: nothing that was not committed is performed, and nothing more is decided',
  async (_what, error) => {
    let broken = false;
    const { start, give, clock, failed, uplink, kiosk, kinds } = testLoop({
      onCommit() {
        if (broken) throw error;
      },
    });
    const ended = expect(failed).rejects.toBe(error);
    uplink.setReachable(false);
    start();
    await clock.advance(0);
    const before = kiosk.view;
    broken = true;
    give({ kind: 'touched', action: { do: 'reportProblem', problem: 'slot dirty' } });
    await ended;
    expect(kiosk.view).toEqual(before);
    broken = false;
    give({ kind: 'touched', action: { do: 'reportProblem', problem: 'slot dirty' } });
    await clock.advance(3_600_000);
    expect(kinds()).not.toContain('problem.reported');
  },
);

it('ends at a bug, half of nothing done', async () => {
  const bytes = seededRandom(1).bytes;
  let broken = false;
  const { start, give, clock, failed, kinds } = testLoop({
    random: { bytes: (count) => bytes(broken ? 0 : count) },
  });
  const ended = expect(failed).rejects.toThrow(RangeError);
  start();
  await clock.advance(0);
  const before = kinds();
  broken = true;
  give({ kind: 'scanUnreadable' });
  await ended;
  expect(kinds()).toEqual(before);
});

it('of a flood takes what fits its queue, and every door’s newest position', async () => {
  const { bytes } = seededRandom(1);
  let decisions = 0;
  const random = {
    bytes(count: number) {
      decisions += 1;
      return bytes(count);
    },
  };
  const { start, give, clock, lines } = testLoop({ random });
  start();
  await clock.advance(0);
  decisions = 0;
  for (let count = 0; count < 5_000; count += 1) give({ kind: 'scanUnreadable' });
  for (let count = 0; count < 5_000; count += 1)
    give({ kind: 'doorSeen', slot: 1, position: count % 2 ? 'closed' : 'open' });
  give({ kind: 'doorSeen', slot: 3, position: 'open' });
  await clock.advance(0);
  expect(decisions).toBeLessThan(1_010);
  expect(lines()).toContainEqual(expect.objectContaining({ kind: 'door.opened', slot: 3 }));
});

it('takes nothing more once it was stopped', async () => {
  const { start, stop, give, clock, kinds } = testLoop();
  start();
  await stop();
  expect(kinds()).toContain('agent.started');
  const before = kinds().length;
  give({ kind: 'doorSeen', slot: 1, position: 'open' });
  await clock.advance(3_600_000);
  expect(kinds()).toHaveLength(before);
});
