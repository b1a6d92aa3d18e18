import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeBoard } from '../lock-board/fake-board.ts';
import { boardDoors } from './board-doors.ts';
import { FAST_POLL_MS, IDLE_POLL_MS } from './board-judge.ts';
import { PULSE_GAP_MS } from './power-limits.ts';
import { CLEAN_READINGS_MIN, sagWatch } from './sag-watch.ts';
import { signedDoors } from './testing.ts';

type Before = (built: ReturnType<typeof signedDoors>) => Promise<void>;

describe('a supply', () => {
  const sags = (news: () => string[]) => news().filter((one) => one.startsWith('supply'));
  /** Boards that answer for a while, and not from a pulse on until so long after it. */
  const pulsed = async ({ silentMs, before = async () => {} }: { silentMs: number; before?: Before }) => {
    const built = signedDoors();
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
    const { clock, locks, doors, start, news } = signedDoors();
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
