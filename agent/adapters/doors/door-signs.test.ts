import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeBoard } from '../lock-board/fake-board.ts';
import { boardDoors } from './board-doors.ts';
import { FAST_POLL_MS, IDLE_POLL_MS } from './board-judge.ts';
import { NOISE_READINGS, NOISY_FROM } from './noise-meter.ts';
import { PULSE_GAP_MS } from './power-limits.ts';
import { CLEAN_READINGS_MIN, sagWatch } from './sag-watch.ts';

type Before = (built: ReturnType<typeof build>) => Promise<void>;

/** Two polls that agree, wherever in the rhythm it begins. */
const settledMs = IDLE_POLL_MS + FAST_POLL_MS;

/** Slot 1 with a switch of its own and a sensor, slot 2 with a hook alone; the inputs are on a board apart. */
function build() {
  const clock = manualClock();
  const locks = fakeBoard({ name: 'locks', channels: 8 });
  const inputs = fakeBoard({ name: 'inputs', channels: 1, inputs: 4 });
  const told: string[] = [];
  const news = () => told.splice(0);
  const doors = boardDoors({
    clock,
    boards: [locks, inputs],
    lines: [['locks', 'inputs']],
    supplies: [{ name: 'main', boards: ['locks', 'inputs'], doorsAtOnce: 1 }],
    slots: [
      {
        number: 1,
        board: 'locks',
        channel: 1,
        doorSwitch: { board: 'inputs', input: 1, openWhen: 'on' },
        occupancySensor: { board: 'inputs', input: 2, occupiedWhen: 'on' },
      },
      { number: 2, board: 'locks', channel: 2 },
    ],
    serviceSwitch: { board: 'inputs', input: 3, onWhen: 'on' },
  });
  const start = async () => {
    await clock.until(
      doors.start({
        onDoor: (slot, position, afterMs) =>
          void told.push(`${slot} ${position}${afterMs === undefined ? '' : ` after ${afterMs}`}`),
        onContents: (slot, contents) => void told.push(`${slot} ${contents}`),
        onServiceSwitch: (on) => void told.push(`service ${on ? 'on' : 'off'}`),
        onBoard: (board, state) => void told.push(`${board} ${state}`),
        onSupply: (supply, board) => void told.push(`supply ${supply} under ${board}`),
      }),
    );
    return news();
  };
  const settle = async () => {
    await clock.advance(settledMs);
    return news();
  };
  return { clock, locks, inputs, doors, start, settle, news };
}

describe('a door with a switch of its own', () => {
  it('opens when its switch says so, and not when its hook springs free', async () => {
    const { locks, inputs, start, settle } = build();
    await start();
    locks.setDoor(1, 'open');
    expect(await settle()).toEqual([]);
    inputs.setInput(1, 'on');
    expect(await settle()).toEqual(['1 open']);
  });

  it('is closed once it is shut and its hook engaged', async () => {
    const { locks, inputs, start, settle } = build();
    locks.setDoor(1, 'open');
    inputs.setInput(1, 'on');
    expect(await start()).toContain('1 open');
    inputs.setInput(1, 'off');
    expect(await settle()).toEqual([]);
    locks.setDoor(1, 'closed');
    expect(await settle()).toEqual(['1 closed']);
  });

  it('that is shut with a free hook at the start is unknown, until it opens or the hook engages', async () => {
    const { locks, inputs, start, settle } = build();
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
      const { clock, locks, inputs, start, settle, news } = build();
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
    const { clock, inputs, start, settle, news } = build();
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
  const { clock, inputs, start, settle, news } = build();
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
  const { clock, inputs, doors, start, news } = build();
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
  const { clock, locks, doors, start, news } = build();
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
    const { clock, locks, start, news } = build();
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
    const { clock, locks, inputs, start } = build();
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
    const { clock, locks, inputs, start } = build();
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

describe('a supply', () => {
  const sags = (news: () => string[]) => news().filter((one) => one.startsWith('supply'));
  /** Boards that answer for a while, and not from a pulse on until so long after it. */
  const pulsed = async ({ silentMs, before = async () => {} }: { silentMs: number; before?: Before }) => {
    const built = build();
    const { clock, locks, inputs, doors, start } = built;
    await start();
    await clock.advance(CLEAN_READINGS_MIN * IDLE_POLL_MS + IDLE_POLL_MS);
    await before(built);
    const fail = (reason: 'no answer' | undefined) => {
      for (const board of [locks, inputs]) board.fail(reason);
    };
    locks.onPulse = () => fail('no answer');
    await clock.until(doors.pulse(2, 500));
    await clock.advance(silentMs);
    locks.onPulse = () => {};
    fail(undefined);
    await clock.advance(20_000);
    return built;
  };

  it('is suspected when boards fall silent for a moment as a coil is driven, once for each time', async () => {
    const { clock, locks, doors, news } = await pulsed({ silentMs: 1_500 });
    expect(sags(news)).toEqual([expect.stringMatching(/^supply main under (locks|inputs)$/)]);
    locks.onPulse = () => locks.fail('no answer');
    await clock.until(doors.pulse(1, 500));
    await clock.advance(1_500);
    locks.fail(undefined);
    await clock.advance(20_000);
    expect(sags(news)).toEqual(['supply main under locks']);
  });

  it('is not suspected when a board stays silent', async () => {
    const { news } = await pulsed({ silentMs: 30_000 });
    expect(sags(news)).toEqual([]);
  });

  it('is not suspected when the board missed replies before, too', async () => {
    const before: Before = async ({ clock, locks, inputs }) => {
      for (const board of [locks, inputs]) board.fail('no answer');
      await clock.advance(IDLE_POLL_MS + FAST_POLL_MS);
      for (const board of [locks, inputs]) board.fail(undefined);
      await clock.advance(3 * IDLE_POLL_MS);
    };
    const { news } = await pulsed({ silentMs: 1_500, before });
    expect(sags(news)).toEqual([]);
  });

  it('is not suspected while a board on another supply is silent as well', () => {
    const told: string[] = [];
    const load = (board: string) => ({
      ...{ supply: board === 'far' ? 'other' : 'main', fromMs: 10_000, untilMs: 10_500 },
      silentBoard: undefined,
    });
    const silent = { ok: false, reason: 'no answer', detail: '' } as const;
    const clean = { ok: true, doors: [], inputs: [], noise: 0 } as const;
    const live = (boards: string[]) => {
      const watch = sagWatch({ load }, (supply) => void told.push(supply));
      const see = (names: string[], reading: typeof silent | typeof clean, atMs: number) => {
        for (const name of names) watch.see(name, reading, { beganMs: atMs, endedMs: atMs + 10 });
      };
      for (let atMs = 5_000; atMs < 10_000; atMs += 250) see(['near', 'far'], clean, atMs);
      see(boards, silent, 10_100);
      see(['near', 'far'], clean, 11_000);
    };
    live(['far', 'near']);
    expect(told).toEqual([]);
    live(['near']);
    expect(told).toEqual(['main']);
  });

  it('is not suspected when a board falls silent otherwise', async () => {
    const { clock, locks, doors, start, news } = build();
    await start();
    locks.onPulse = () => locks.fail('line lost');
    await clock.advance(CLEAN_READINGS_MIN * IDLE_POLL_MS);
    await clock.until(doors.pulse(2, 500));
    await clock.advance(2_000);
    locks.onPulse = () => {};
    locks.fail(undefined);
    await clock.advance(20_000);
    locks.fail('no answer');
    await clock.advance(2_000);
    locks.fail(undefined);
    await clock.advance(20_000);
    expect(sags(news)).toEqual([]);
  });
});

it('says what to do about a line that another program uses', async () => {
  const clock = manualClock();
  const board = fakeBoard();
  board.read = async () => ({
    ok: false,
    reason: 'line lost',
    detail: 'line busy: /dev/ttyUSB0 is held by another program',
  });
  const details: string[] = [];
  const slots = [{ number: 1, board: board.name, channel: 1 }];
  const doors = boardDoors({ clock, boards: [board], supplies: [], slots });
  await clock.until(
    doors.start({
      onDoor: () => undefined,
      onContents: () => undefined,
      onServiceSwitch: () => undefined,
      onSupply: () => undefined,
      onBoard: (_board, _state, detail) => void details.push(detail),
    }),
  );
  expect(details).toEqual([expect.stringContaining('fuser')]);
});

it('lets a person forgive the attempts at a blind door', async () => {
  const clock = manualClock();
  const board = fakeBoard();
  const slots = [{ number: 1, board: board.name, channel: 1, blind: true }];
  const coilsAtStart = [{ slot: 1, sincePulseMs: 10_000, attempts: 3 }];
  const boards = [{ ...board, fixedPulseMs: 300 }];
  const doors = boardDoors({ clock, boards, supplies: [], slots, coilsAtStart });
  expect(await doors.pulse(1, 300)).toMatchObject({ ok: false, reason: 'cooling down' });
  doors.confirmedOpen(1);
  await clock.advance(PULSE_GAP_MS);
  expect(await clock.until(doors.pulse(1, 300))).toMatchObject({ ok: true });
});
