import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LockBoard, PulseOutcome } from '../../ports/lock-board.ts';
import { manualClock } from '../clock/manual-clock.ts';
import { fakeBoard } from '../lock-board/fake-board.ts';
import { powerGuard } from './power-guard.ts';
import { ATTEMPTS_MAX, COOL_DOWN_MS, PULSE_GAP_MS, PULSE_MS_MAX, REST_MS_MIN } from './power-limits.ts';

/** What a coil really did, as the cabinet would record it. */
interface Drive {
  board: string;
  channel: number;
  /** When the driver was called. */
  handedMs: number;
  fromMs: number;
  untilMs: number;
}

const doorsAtOnce = { main: 1, strong: 3 } as const;
/** Boards that bear fewer than their supply. */
const borneBy: Readonly<Record<string, number>> = { c: 2, d: 1 };
const supplyOf = (board: string) => (board === 'c' || board === 'd' ? 'strong' : 'main');

/** How a driver answers a pulse, and when within that its coil is really driven. */
const Manner = fc.record({
  answerMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 8_000 })),
  beginsAt: fc.constantFrom(0, 0.5, 1),
  how: fc.constantFrom('acknowledges', 'is silent', 'throws', 'says garbage', 'drives nothing'),
  /** What the board claims of its own timing, anew for each pulse. */
  fixedPulseMs: fc.option(
    fc.constantFrom(300, 1, 550, 2_000, 2_001, 60_000, 0, -1, Number.NaN, Number.POSITIVE_INFINITY),
    { freq: 2, nil: undefined },
  ),
});
type Manner = typeof Manner extends fc.Arbitrary<infer T> ? T : never;

const pulsesMs = fc.constantFrom(1, 300, 500, 1_999, 2_000, 2_001, 1e9, 0, -5, Number.NaN);
const act = fc.oneof(
  { weight: 12, arbitrary: fc.constant('pulse' as const) },
  { weight: 1, arbitrary: fc.constant('see open' as const) },
);
const Anything = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 })),
  act,
  board: fc.constantFrom('a', 'b', 'c', 'd'),
  channel: fc.integer({ min: 1, max: 2 }),
  pulseMs: pulsesMs,
  manner: Manner,
});
type Step = typeof Anything extends fc.Arbitrary<infer T> ? T : never;
/** One door again and again, as soon as its rest allows. */
const Hammering = fc.record({
  afterMs: fc.integer({ min: 3_000, max: 9_000 }),
  act,
  board: fc.constant('a'),
  channel: fc.constant(1),
  pulseMs: fc.constant(300),
  manner: Manner,
});
/** Many doors of the stronger supply at once. */
const Rushing = fc.record({
  afterMs: fc.integer({ min: 0, max: 300 }),
  act: fc.constant('pulse' as const),
  board: fc.constantFrom('c', 'd'),
  channel: fc.integer({ min: 1, max: 12 }),
  pulseMs: pulsesMs,
  manner: Manner,
});
const Steps = fc.oneof(
  ...[Anything, Hammering, Rushing].map((step: fc.Arbitrary<Step>) =>
    fc.array(step, { minLength: 5, maxLength: 40 }),
  ),
);

it('holds every limit, whatever is asked of it and however a driver behaves', async () => {
  await fc.assert(
    fc.asyncProperty(Steps, async (steps) => {
      const { drives, seenOpenMs } = await play(steps);
      expect(broken(drives, seenOpenMs)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

async function play(steps: readonly Step[]) {
  const clock = manualClock();
  const drives: Drive[] = [];
  const seenOpenMs: { door: string; atMs: number }[] = [];
  let manner: Manner | undefined;
  const boards = ['a', 'b', 'c', 'd'].map((name): LockBoard => {
    const { fixedPulseMs: _, ...board } = fakeBoard({ name });
    const pulse = async (channel: number, pulseMs: number): Promise<PulseOutcome> => {
      const { answerMs = 0, beginsAt = 0, how = 'acknowledges' } = manner ?? {};
      const handedMs = clock.monotonicMs();
      const pause = (ms: number) => new Promise<void>((done) => clock.after(ms, done));
      await pause(answerMs * beginsAt);
      const fromMs = clock.monotonicMs();
      const drive = { board: name, channel, handedMs, fromMs, untilMs: fromMs + pulseMs };
      if (how !== 'drives nothing') drives.push(drive);
      await pause(answerMs * (1 - beginsAt));
      if (how === 'throws') throw new Error('a driver with a bug');
      if (how === 'says garbage') return { ok: false, reason: 'garbage', detail: how };
      if (how === 'drives nothing') return { ok: false, reason: 'line lost', detail: how };
      return { ok: true, acknowledged: how === 'acknowledges' };
    };
    return Object.defineProperty({ ...board, pulse }, 'fixedPulseMs', { get: () => manner?.fixedPulseMs });
  });
  const supplies = [
    { name: 'main', boards: ['a', 'b'], doorsAtOnce: doorsAtOnce.main },
    { name: 'strong', boards: ['c', 'd'], doorsAtOnce: doorsAtOnce.strong, doorsAtOnceByBoard: borneBy },
  ];
  const guard = powerGuard({ clock, boards, supplies });
  const asked: Promise<unknown>[] = [];
  for (const step of steps) {
    await clock.advance(step.afterMs);
    manner = step.manner;
    if (step.act === 'see open') {
      guard.seenOpen(step.board, step.channel);
      seenOpenMs.push({ door: `${step.board}${step.channel}`, atMs: clock.monotonicMs() });
    } else asked.push(guard.pulse(step.board, step.channel, step.pulseMs));
  }
  await clock.until(Promise.all(asked));
  return { drives, seenOpenMs };
}

/** Every limit of the coils and supplies that was broken, in words. */
function broken(drives: readonly Drive[], seenOpenMs: readonly { door: string; atMs: number }[]): string[] {
  const inOrder = drives.toSorted((one, other) => one.fromMs - other.fromMs);
  const found: string[] = [];
  for (const [at, drive] of inOrder.entries()) {
    const door = `${drive.board}${drive.channel}`;
    const pulseMs = drive.untilMs - drive.fromMs;
    if (!(pulseMs > 0 && pulseMs <= PULSE_MS_MAX)) found.push(`${door} for ${pulseMs} ms`);
    const earlier = inOrder.slice(0, at);
    const ofDoor = earlier.filter((one) => `${one.board}${one.channel}` === door);
    const last = ofDoor.at(-1);
    if (last) {
      const dueMs = Math.max(REST_MS_MIN, 9 * (last.untilMs - last.fromMs));
      if (drive.fromMs < last.untilMs + dueMs) found.push(`${door} without its rest`);
    }
    const feed = supplyOf(drive.board);
    const ofFeed = earlier.filter((one) => supplyOf(one.board) === feed);
    const together = ofFeed.filter((one) => one.untilMs > drive.fromMs).length + 1;
    if (together > doorsAtOnce[feed]) found.push(`${together} doors at once on ${feed}`);
    const atBoard =
      ofFeed.filter((one) => one.board === drive.board && one.untilMs > drive.fromMs).length + 1;
    if (atBoard > (borneBy[drive.board] ?? Number.POSITIVE_INFINITY))
      found.push(`${atBoard} at once through ${drive.board}`);
    const before = ofFeed.at(-1);
    if (before && drive.fromMs < before.fromMs + PULSE_GAP_MS) found.push(`no gap on ${feed}`);
    const triesMs = [...ofDoor, drive].slice(-1 - ATTEMPTS_MAX);
    const first = triesMs[0];
    if (triesMs.length > ATTEMPTS_MAX && first && last && drive.fromMs < last.untilMs + COOL_DOWN_MS) {
      const forgiven = seenOpenMs.some((seen) => seen.door === door && seen.atMs >= first.handedMs);
      const cooled = triesMs.some(
        (one, n) => n > 0 && one.fromMs >= (triesMs[n - 1]?.untilMs ?? 0) + COOL_DOWN_MS,
      );
      if (!forgiven && !cooled) found.push(`${door} tried a fourth time`);
    }
  }
  return found;
}
