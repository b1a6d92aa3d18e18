import { CabinetFile, manualClock, openCabinet } from '@latchwork/agent';
import { expect, it } from 'vitest';
import { CabinetLayout, startCabinet } from '../index.ts';

/** Two boards on a supply of which the file says that it is strong enough for two doors at once; their pulses are long enough to meet. */
async function build(amperes: number) {
  const clock = manualClock();
  const doors = [1, 2].flatMap((board) =>
    [1, 2, 3, 4].map((channel) => ({ number: 4 * (board - 1) + channel, size: 'S', board, channel })),
  );
  const cabinet = await startCabinet({
    layout: CabinetLayout.parse({
      boards: [1, 2].map((address) => ({ address, channels: 8, pulseMs: 550 })),
      doors,
      supplies: [{ name: 'main', amperes, sagResetsBoards: true }],
    }),
    clock: { nowMs: clock.monotonicMs, after: clock.after },
    ...{ lockLine: 'memory', scannerLine: 'memory' },
  });
  const host = cabinet.hosts.lock;
  if (!host) throw new Error('a line in memory has a host');
  const file = CabinetFile.parse({
    lines: [{ name: 'locks', url: '/dev/locks' }],
    boards: [1, 2].map((address) => ({
      ...{ name: `board-${address}`, profile: 'bcc8a', line: 'locks', address, channels: 8, pulseMs: 550 },
    })),
    supplies: [{ name: 'main', boards: ['board-1', 'board-2'], amperes: 6 }],
    slots: doors.map(({ board, ...door }) => ({ ...door, board: `board-${board}` })),
  });
  const told: string[] = [];
  const agentDoors = openCabinet(file, { clock, lineOf: () => host });
  await clock.until(
    agentDoors.start({
      onDoor: () => undefined,
      onContents: () => undefined,
      onServiceSwitch: () => undefined,
      onBoard: (board, state) => void told.push(`${board} ${state}`),
      onSupply: (supply, board) => void told.push(`${supply} under ${board}`),
    }),
  );
  const stop = async () => {
    await clock.until(agentDoors.stop());
    await clock.until(cabinet.stop());
  };
  return { clock, doors: agentDoors, told, stop };
}

/** Opens a door of each board by itself, then one of each at once. */
async function openTwoAtOnce({ clock, doors }: Awaited<ReturnType<typeof build>>) {
  for (const slots of [[1], [5], [2, 6]]) {
    const outcomes = await clock.until(Promise.all(slots.map((slot) => doors.pulse(slot, 300))));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    await clock.advance(10_000);
  }
}

it('suspects a supply whose boards fall silent as coils are driven, once', async () => {
  const built = await build(3);
  await openTwoAtOnce(built);
  const { told, stop } = built;
  expect(told.filter((one) => one.startsWith('main'))).toEqual([
    expect.stringMatching(/^main under board-[12]$/),
  ]);
  await stop();
});

it('suspects no supply that is strong enough', async () => {
  const built = await build(6);
  await openTwoAtOnce(built);
  expect(built.told).toEqual([]);
  await built.stop();
});
