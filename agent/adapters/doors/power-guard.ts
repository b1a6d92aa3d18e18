import type { Clock } from '../../ports/clock.ts';
import type { DoorPulse, PowerRefusal } from '../../ports/doors.ts';
import type { LockBoard, PulseOutcome } from '../../ports/lock-board.ts';
import { type Feed, feedsByBoard, type Supply } from './power-feed.ts';
import {
  ATTEMPTS_MAX,
  COOL_DOWN_MS,
  PULSE_GAP_MS,
  PULSE_MS_MAX,
  REST_MS_MIN,
  REST_PER_PULSE,
  WAITING_MAX,
} from './power-limits.ts';

/**
 * The one place where the power limits are kept, for every kind of board. Short waits (the gap, the
 * supply) are waited for in order; long ones (rest, cool-down) are refused with the time left. All on
 * monotonic time. What was not driven counts for nothing; what may have been driven counts.
 *
 * A driver is trusted with two things only: it drives a coil no earlier than it is called and no later than it
 * answers, and for no longer than it was told or itself declares. Until it answers, its coil and its place at the
 * supply are taken.
 */
export interface PowerGuard {
  pulse(board: string, channel: number, pulseMs: number): Promise<DoorPulse>;
  /** The door was seen to open, so its attempts are forgiven; its rest is not. */
  seenOpen(board: string, channel: number): void;
  /** When the last pulse of this coil was handed to its board, monotonic. */
  handedMs(board: string, channel: number): number | undefined;
  /** The supply of a board, and its last load, which is infinite while a coil may be driven. */
  load(board: string): Pick<Feed, 'fromMs' | 'untilMs' | 'silentBoard'> & { supply: string };
  /** Refuses what waits and what comes. */
  close(): void;
}

export interface PowerGuardOptions {
  clock: Clock;
  boards: readonly LockBoard[];
  supplies: readonly Supply[];
  /** Coils that an earlier life of the program drove a short while ago. */
  coilsAtStart?: readonly CoilAtStart[];
}

export interface CoilAtStart {
  board: string;
  channel: number;
  /** Since its last pulse began, at least. */
  sincePulseMs: number;
  attempts: number;
}

interface Coil {
  attempts: number;
  driving: boolean;
  handedMs?: number;
  /** Monotonic end of the last pulse, and its length. */
  endMs: number;
  pulseMs: number;
}

export function powerGuard({ clock, boards, supplies, coilsAtStart = [] }: PowerGuardOptions): PowerGuard {
  const coils = new Map<string, Coil>();
  const boardByName = new Map(boards.map((board) => [board.name, board]));
  const acknowledging = new Set<string>();
  const feedOf = feedsByBoard(clock, supplies);
  let closed = false;

  const coilOf = (board: string, channel: number): Coil => {
    const key = `${board}/${channel}`;
    const coil = coils.get(key) ?? freshCoil();
    coils.set(key, coil);
    return coil;
  };
  const refusal = (coil: Coil): DoorPulse | undefined => {
    if (closed) return { ok: false, reason: 'closed', detail: 'the doors were closed down' };
    const nowMs = clock.monotonicMs();
    if (coil.driving) return held('resting', coil.pulseMs + restMs(coil));
    if (nowMs >= coil.endMs + COOL_DOWN_MS) coil.attempts = 0;
    if (coil.attempts >= ATTEMPTS_MAX) return held('cooling down', coil.endMs + COOL_DOWN_MS - nowMs);
    const restLeftMs = coil.endMs + restMs(coil) - nowMs;
    return restLeftMs > 0 ? held('resting', restLeftMs) : undefined;
  };
  const drive = async (order: PulseOrder, coil: Coil, feed: Feed): Promise<PulseOutcome> => {
    const takeBack = handOver(coil, order.pulseMs, clock.monotonicMs());
    Object.assign(feed, { fromMs: coil.handedMs, inFlight: feed.inFlight + 1, silentBoard: undefined });
    const outcome = await outcomeOf(order);
    coil.driving = false;
    // The board began somewhere between the call and its answer: counted from the answer, never too early.
    const atMostUntilMs = clock.monotonicMs() + order.pulseMs;
    Object.assign(feed, { untilMs: atMostUntilMs, inFlight: feed.inFlight - 1 });
    if (keptSilent(outcome, order.board, acknowledging)) feed.silentBoard = order.board.name;
    if (mayHaveDriven(outcome)) coil.endMs = atMostUntilMs;
    else takeBack();
    return outcome;
  };

  for (const { board, channel, attempts, ...start } of coilsAtStart) {
    const pulseMs = boardByName.get(board)?.fixedPulseMs ?? PULSE_MS_MAX;
    const endMs = clock.monotonicMs() - Math.max(0, start.sincePulseMs || 0) + pulseMs;
    Object.assign(coilOf(board, channel), { attempts, endMs, pulseMs });
    feedOf(board).turns.shutUntil(endMs + PULSE_GAP_MS);
  }

  return {
    pulse: async (name, channel, wantedMs) => {
      const board = boardByName.get(name);
      if (board === undefined)
        return { ok: false, reason: 'no such channel', detail: `there is no board ${name}` };
      const pulseMs = board.fixedPulseMs ?? Math.min(wantedMs, PULSE_MS_MAX);
      if (!(pulseMs > 0 && pulseMs <= PULSE_MS_MAX)) {
        return { ok: false, reason: 'pulse out of range', detail: `a pulse of ${pulseMs} ms is not allowed` };
      }
      const coil = coilOf(name, channel);
      const early = refusal(coil);
      if (early) return early;
      const feed = feedOf(name);
      if (waitingAt(feed) >= WAITING_MAX) return held('supply busy', WAITING_MAX * (pulseMs + PULSE_GAP_MS));
      const leave = await takeTurn(feed, name);
      // Another pulse of the same door may have gone ahead while this one waited.
      const outcome = refusal(coil) ?? (await drive({ board, channel, pulseMs }, coil, feed));
      leave(mayHaveDriven(outcome) ? pulseMs + PULSE_GAP_MS : 0);
      return outcome.ok ? { ok: true, acknowledged: outcome.acknowledged } : outcome;
    },
    seenOpen: (board, channel) => {
      coilOf(board, channel).attempts = 0;
    },
    handedMs: (board, channel) => coilOf(board, channel).handedMs,
    load: (board) => {
      const { name, fromMs, untilMs, inFlight, silentBoard } = feedOf(board);
      return {
        supply: name,
        fromMs,
        untilMs: inFlight > 0 ? Number.POSITIVE_INFINITY : untilMs,
        silentBoard,
      };
    },
    close: () => {
      closed = true;
      for (const { turns, boardTurns } of [...boardByName.keys()].map(feedOf))
        for (const one of [turns, ...boardTurns.values()]) one.openAll();
    },
  };
}

interface PulseOrder {
  board: LockBoard;
  channel: number;
  pulseMs: number;
}

function waitingAt({ turns, boardTurns }: Feed): number {
  return [turns, ...boardTurns.values()].reduce((sum, one) => sum + one.waiting(), 0);
}

/** First at its board and then at the supply, so that nobody holds up the supply while waiting for a board. */
async function takeTurn(feed: Feed, board: string): Promise<(afterMs: number) => void> {
  const turnstiles = [feed.boardTurns.get(board), feed.turns].filter((one) => one !== undefined);
  for (const one of turnstiles) await one.enter();
  return (afterMs) => {
    for (const one of turnstiles) one.leave(afterMs);
  };
}

/** Counts the pulse before its answer, so that a door seen open before a late one is forgiven all the same. */
function handOver(coil: Coil, pulseMs: number, nowMs: number): () => void {
  const { handedMs, endMs, pulseMs: lastPulseMs } = coil;
  Object.assign(coil, { driving: true, handedMs: nowMs, pulseMs, attempts: coil.attempts + 1 });
  return () => {
    const attempts = Math.max(0, coil.attempts - 1);
    Object.assign(coil, { handedMs, endMs, pulseMs: lastPulseMs, attempts });
  };
}

/** Only of a board that was once heard to acknowledge: others never do. */
function keptSilent(outcome: PulseOutcome, { name }: LockBoard, acknowledging: Set<string>): boolean {
  if (outcome.ok && outcome.acknowledged) acknowledging.add(name);
  return outcome.ok && outcome.silent === true && acknowledging.has(name);
}

/** A driver that throws has a bug, and nobody knows what it did before. */
async function outcomeOf({ board, channel, pulseMs }: PulseOrder): Promise<PulseOutcome> {
  try {
    return await board.pulse(channel, pulseMs);
  } catch {
    return { ok: true, acknowledged: false };
  }
}

/** Where something was sent and nothing fit came back, the limits take a driver's word that nothing moved for a maybe. */
function mayHaveDriven(outcome: DoorPulse): boolean {
  return outcome.ok || outcome.reason === 'no answer' || outcome.reason === 'garbage';
}

function freshCoil(): Coil {
  return { attempts: 0, driving: false, endMs: Number.NEGATIVE_INFINITY, pulseMs: 0 };
}

function restMs(coil: Coil): number {
  return Math.max(REST_MS_MIN, REST_PER_PULSE * coil.pulseMs);
}

function held(reason: PowerRefusal, leftMs: number): DoorPulse {
  const retryInMs = Math.ceil(leftMs);
  return { ok: false, reason, retryInMs, detail: `${reason}, for ${retryInMs} ms more` };
}
