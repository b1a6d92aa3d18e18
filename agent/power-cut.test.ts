import { chainNext, planLine } from '@latchwork/shared';
import { describe, expect, it } from 'vitest';
import { type MemoryDisk, memoryDisk, memoryStore } from './adapters/store/memory-store.ts';
import { initialTables } from './core/initial.ts';
import { badge, config } from './core/testing.ts';
import type { Store } from './ports/store.ts';
import { barcode, code, FakeDoors, plan, testAgent } from './testing.ts';

type Cut = 'before' | 'after';

/**
 * A parcel is brought and fetched, over as many lives of the agent as it takes; each cut ends one right before or right
 * after a commit, with everything that was to follow. Doors and disk stay as they are.
 */
describe('a power cut', () => {
  it.each(['before', 'after'] as const)(
    'right %s any commit ends in the same state, and repeats no pulse',
    async (side) => {
      const whole = await parcelLife(Number.POSITIVE_INFINITY, side);
      expect(whole.lives).toBe(1);
      expect(whole.commits).toBeGreaterThan(10);
      for (let at = 1; at <= whole.commits; at += 1) {
        const life = await parcelLife(at, side);
        expect([at, life.state]).toEqual([at, whole.state]);
        expect([at, life.pulsesAtStart]).toEqual([at, 0]);
        expect(life.commits, 'the cut happened').toBeGreaterThanOrEqual(at);
        expect(life.pulses).toBeLessThanOrEqual(life.authorised);
      }
    },
  );
});

async function parcelLife(cutAt: number, side: Cut) {
  const disk = diskWithPlan();
  const doors = new FakeDoors([1, 2, 3]);
  const store = cutting(disk, cutAt, side);
  const told = () => disk.journal.map(({ line }) => JSON.parse(line).kind as string);
  const done = () => told().includes('package.collected') && disk.tables?.openings.size === 0;
  let lives = 0;
  let pulsesAtStart = 0;
  while (!done()) {
    lives += 1;
    if (lives > 2) throw new Error('one cut ends one life');
    const unit = testAgent({ doors, store });
    unit.uplink.setReachable(false);
    let alive = true;
    unit.agent.failed.catch(() => {
      alive = false;
    });
    const before = doors.pulses.length;
    await unit.agent.start();
    await unit.clock.advance(5_000);
    pulsesAtStart += doors.pulses.length - before;
    for (let steps = 0; alive && !done(); steps += 1) {
      if (steps > 100) throw new Error(`nothing moves on after ${told().join(', ')}`);
      await people(unit, doors, told);
    }
    await doors.stop();
  }
  assertChain(disk);
  const { slots, redemptions } = disk.tables ?? {};
  return {
    lives,
    commits: store.commits(),
    pulsesAtStart,
    pulses: doors.pulses.length,
    authorised: told().filter((kind) => kind === 'access.authorised').length,
    state: {
      occupancy: [...(slots?.values() ?? [])].map((slot) => slot.occupancy),
      redeemed: redemptions?.size,
      deposits: told().filter((kind) => kind === 'package.deposited').length,
    },
  };
}

/** What the courier, then the recipient, does next, by what is shown; and whoever passes an open door pushes it shut. */
async function people(unit: ReturnType<typeof testAgent>, doors: FakeDoors, told: () => string[]) {
  const open = [...doors.positions].find(([, position]) => position === 'open');
  const screen = unit.kiosk.view?.screen.name;
  if (open) doors.set(open[0], 'closed');
  else if (screen === 'doorClosed') unit.kiosk.touch({ do: 'finish' });
  else if (screen === 'courierReady' && told().includes('package.deposited'))
    unit.kiosk.touch({ do: 'finish' });
  else if (screen === 'courierReady') unit.scanner.scan(barcode);
  else if (screen === 'idle' && told().includes('package.deposited'))
    unit.kiosk.touch({ do: 'enterCode', code });
  else if (screen === 'idle') unit.scanner.scan(badge);
  await unit.clock.advance(500);
}

function diskWithPlan(): MemoryDisk {
  const tables = initialTables(config, '01900000-0000-7000-8000-000000000000');
  const rows = plan.map(([kind, id, body]) => {
    const line = planLine({ kind, id, rev: 1, body } as Parameters<typeof planLine>[0]);
    return [`${kind} ${id}`, { kind, id, rev: 1, line }] as const;
  });
  return { ...memoryDisk(), tables: { ...tables, planItems: new Map(rows) } };
}

/** Over the same disk for every life; the one commit where the power goes throws, and is on the disk or is not. */
function cutting(disk: MemoryDisk, cutAt: number, side: Cut): Store & { commits(): number } {
  const store = memoryStore(disk);
  let commits = 0;
  return {
    ...store,
    commits: () => commits,
    commit(change) {
      commits += 1;
      if (commits === cutAt && side === 'before') throw new Error('power cut');
      store.commit(change);
      if (commits === cutAt) throw new Error('power cut');
    },
  };
}

function assertChain({ tables, journal }: MemoryDisk): void {
  let head = initialTables(config, tables?.meta.incarnation ?? '').meta.head;
  for (const [index, { line, hash }] of journal.entries()) {
    head = chainNext(head, line);
    expect([JSON.parse(line).seq, hash]).toEqual([index + 1, head]);
  }
  expect(tables?.meta.head).toBe(head);
}
