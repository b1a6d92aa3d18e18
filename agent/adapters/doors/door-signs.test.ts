import { describe, expect, it } from 'vitest';
import { FAST_POLL_MS, IDLE_POLL_MS } from './board-judge.ts';
import { NOISE_READINGS, NOISY_FROM } from './noise-meter.ts';
import { signedDoors } from './testing.ts';

describe('a door with a switch of its own', () => {
  it('opens when its switch says so, and not when its hook springs free', async () => {
    const { locks, inputs, start, settle } = signedDoors();
    await start();
    locks.setDoor(1, 'open');
    expect(await settle()).toEqual([]);
    inputs.setInput(1, 'on');
    expect(await settle()).toEqual(['1 open']);
  });

  it('is closed once it is shut and its hook engaged', async () => {
    const { locks, inputs, start, settle } = signedDoors();
    locks.setDoor(1, 'open');
    inputs.setInput(1, 'on');
    expect(await start()).toContain('1 open');
    inputs.setInput(1, 'off');
    expect(await settle()).toEqual([]);
    locks.setDoor(1, 'closed');
    expect(await settle()).toEqual(['1 closed']);
  });

  it('that is shut with a free hook at the start is unknown, until it opens or the hook engages', async () => {
    const { locks, inputs, start, settle } = signedDoors();
    locks.setDoor(1, 'open');
    expect(await start()).toContain('1 unknown');
    inputs.setInput(1, 'on');
    expect(await settle()).toEqual(['1 open']);
  });

  it.each([
    ['shut', 'off', '1 closed'],
    ['open', 'on', undefined],
  ] as const)(
    'that was %s before its boards fell silent is not called open while its switch says shut',
    async (_where, level, known) => {
      const { clock, locks, inputs, start, settle, news } = signedDoors();
      locks.setDoor(1, level === 'on' ? 'open' : 'closed');
      inputs.setInput(1, level);
      await start();
      for (const board of [locks, inputs]) board.fail('no answer');
      await clock.advance(2_000);
      expect(news()).toContain('1 unknown');
      locks.setDoor(1, 'open');
      inputs.setInput(1, 'off');
      for (const board of [locks, inputs]) board.fail(undefined);
      await clock.advance(12_000);
      const ofDoor = news().filter((words) => words.startsWith('1 ') && !words.startsWith('1 empty'));
      expect(ofDoor).toEqual(known === undefined ? [] : [known]);
      inputs.setInput(1, 'on');
      expect(await settle()).toEqual(['1 open']);
    },
  );

  it('is unknown while either is, and judged anew after', async () => {
    const { clock, inputs, start, settle, news } = signedDoors();
    await start();
    inputs.setInput(1, 'unknown');
    expect(await settle()).toEqual(['1 unknown']);
    inputs.setInput(1, 'off');
    expect(await settle()).toEqual(['1 closed']);
    inputs.fail('no answer');
    await clock.advance(2_000);
    expect(news()).toEqual(['inputs lost', '1 unknown', '1 unknown']);
  });
});

it('tells what lies in a slot and how the service switch stands, at the start and at settled changes', async () => {
  const { clock, inputs, start, settle, news } = signedDoors();
  expect((await start()).sort()).toEqual(['1 closed', '1 empty', '2 closed', 'service off']);
  inputs.setInput(2, 'on');
  inputs.setInput(3, 'on');
  expect(await settle()).toEqual(['1 occupied', 'service on']);
  inputs.setInput(3, 'off');
  await clock.advance(IDLE_POLL_MS);
  inputs.setInput(3, 'on');
  expect(await settle()).toEqual([]);
  inputs.setInput(3, 'unknown');
  inputs.setInput(2, 'unknown');
  expect(await settle()).toEqual(['1 unknown']);
  expect(news()).toEqual([]);
});

it('believes neither switch nor sensor that was not read for a while, where a person waits', async () => {
  const { clock, inputs, doors, start, news } = signedDoors();
  await start();
  doors.watch(1, true);
  await clock.advance(1_500);
  expect(news()).toEqual([]);
  inputs.read = () => new Promise(() => {});
  await clock.advance(2_000);
  // The door, and what lies behind it.
  expect(news()).toEqual(['1 unknown', '1 unknown']);
});

it('tells how long after its pulse a door was first seen open, once for each pulse', async () => {
  const { clock, locks, doors, start, news } = signedDoors();
  await start();
  doors.watch(2, true);
  locks.jam(2, true);
  await clock.advance(1_000);
  const handedMs = clock.monotonicMs();
  await clock.until(doors.pulse(2, 300));
  await clock.advance(450);
  locks.setDoor(2, 'open');
  await clock.advance(300);
  const [told] = news();
  const afterMs = Number(told?.replace('2 open after ', ''));
  expect(handedMs + afterMs).toBeGreaterThanOrEqual(handedMs + 450);
  expect(handedMs + afterMs).toBeLessThanOrEqual(handedMs + 450 + FAST_POLL_MS);
  locks.setDoor(2, 'closed');
  await clock.advance(500);
  locks.setDoor(2, 'open');
  await clock.advance(500);
  expect(news()).toEqual(['2 closed', '2 open']);
});

describe('a line', () => {
  it('is called noisy above a share of disturbed readings, and quiet well below it', async () => {
    const { clock, locks, start, news } = signedDoors();
    await start();
    locks.noise = 3;
    await clock.advance((NOISY_FROM - 1) * IDLE_POLL_MS);
    expect(news()).toEqual([]);
    await clock.advance(IDLE_POLL_MS);
    expect(news()).toEqual(['locks noisy']);
    locks.noise = 0;
    // Of the last fifty readings a handful is still disturbed: fewer than make a line noisy, more than make it quiet.
    await clock.advance((NOISE_READINGS - NOISY_FROM / 2) * IDLE_POLL_MS);
    expect(news()).toEqual([]);
    await clock.advance(NOISY_FROM * IDLE_POLL_MS);
    expect(news()).toEqual(['locks quiet']);
  });

  it('reads its boards one at a time, each in its turn', async () => {
    const { clock, locks, inputs, start } = signedDoors();
    const order: string[] = [];
    let reading = 0;
    let readingMost = 0;
    for (const board of [locks, inputs]) {
      board.read = async () => {
        order.push(board.name);
        reading += 1;
        readingMost = Math.max(reading, readingMost);
        await new Promise<void>((done) => clock.after(150, done));
        reading -= 1;
        return { ok: true, doors: Array(8).fill('closed'), inputs: Array(4).fill('off'), noise: 0 };
      };
    }
    await start();
    await clock.advance(3_000);
    expect(readingMost).toBe(1);
    expect(order.every((board, at) => board !== order[at - 1])).toBe(true);
    expect(order.length).toBeGreaterThan(18);
  });

  it('serves its other boards while one hangs', async () => {
    const { clock, locks, inputs, start } = signedDoors();
    await start();
    locks.read = () => new Promise(() => {});
    let reads = 0;
    const { read } = inputs;
    inputs.read = () => {
      reads += 1;
      return read();
    };
    await clock.advance(10 * IDLE_POLL_MS);
    expect(reads).toBeGreaterThan(8);
  });
});
