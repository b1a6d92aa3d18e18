import type { Clock } from '../../ports/clock.ts';
import type { DoorPulse, PowerRefusal } from '../../ports/doors.ts';
import type { LockBoard } from '../../ports/lock-board.ts';
import { turnstile } from './turnstile.ts';

/*
 * A lock's coil is made for short pulses: a KR-S99N draws 2.4 A at 12 V, and boards carry 3 A (KR-CU48)
 * to 6 A (8A family). The limits below are this project's choice from those figures and from the
 * pulses that vendors set (100 to 1000 ms).
 */
/** No coil is driven for longer. */
export const PULSE_MS_MAX = 2_000;
/** A coil rests for at least this, and for this many times its pulse: a duty of one in ten. */
export const REST_MS_MIN = 3_000;
const REST_PER_PULSE = 9;
/** A door that was not seen to open is tried this often, then its coil cools down. */
export const ATTEMPTS_MAX = 3;
export const COOL_DOWN_MS = 60_000;
/** Between two pulses on one supply (150 to 250 ms), so that it recovers. */
export const PULSE_GAP_MS = 200;
/** Doors of a supply that are driven at the same time, unless its amperes are known to allow more. */
export const DOORS_AT_ONCE_DEFAULT = 1;
/** Pulses that may wait for one supply: opening a whole cabinet, door after door, fits. */
export const WAITING_MAX = 64;

export interface Supply {
  name: string;
  /** Boards by name; a board without a supply hangs on one that all such boards share. */
  boards: readonly string[];
  doorsAtOnce: number;
}

/**
 * The one place where the power limits are kept, for every kind of board. Short waits (the gap, the
 * supply) are waited for in order; long ones (rest, cool-down) are refused with the time left. All on
 * monotonic time. What was not driven counts for nothing; what may have been driven counts.
 */
export interface PowerGuard {
  pulse(board: string, channel: number, pulseMs: number): Promise<DoorPulse>;
  /** The door was seen to open, so its attempts are forgiven; its rest is not. */
  seenOpen(board: string, channel: number): void;
  /** Refuses what waits and what comes. */
  close(): void;
}

export interface PowerGuardOptions {
  clock: Clock;
  boards: readonly LockBoard[];
  supplies: readonly Supply[];
}

interface Coil {
  attempts: number;
  driving: boolean;
  /** Monotonic end of the last pulse, and its length. */
  endMs: number;
  pulseMs: number;
}

export function powerGuard({ clock, boards, supplies }: PowerGuardOptions): PowerGuard {
  const coils = new Map<string, Coil>();
  const boardByName = new Map(boards.map((board) => [board.name, board]));
  const shared = turnstile(clock, { places: DOORS_AT_ONCE_DEFAULT, apartMs: PULSE_GAP_MS });
  const supplyOf = new Map(
    supplies.flatMap((supply) => {
      const turns = turnstile(clock, { places: supply.doorsAtOnce, apartMs: PULSE_GAP_MS });
      return supply.boards.map((board) => [board, turns] as const);
    }),
  );
  let closed = false;

  const coilOf = (board: string, channel: number): Coil => {
    const key = `${board}/${channel}`;
    const coil = coils.get(key) ?? {
      attempts: 0,
      driving: false,
      endMs: Number.NEGATIVE_INFINITY,
      pulseMs: 0,
    };
    coils.set(key, coil);
    return coil;
  };
  const refusal = (coil: Coil): DoorPulse | undefined => {
    if (closed) return { ok: false, reason: 'closed', detail: 'the doors were closed down' };
    const nowMs = clock.monotonicMs();
    if (nowMs >= coil.endMs + COOL_DOWN_MS) coil.attempts = 0;
    if (coil.driving) return held('resting', coil.pulseMs + restMs(coil));
    if (coil.attempts >= ATTEMPTS_MAX) return held('cooling down', coil.endMs + COOL_DOWN_MS - nowMs);
    const restLeftMs = coil.endMs + restMs(coil) - nowMs;
    return restLeftMs > 0 ? held('resting', restLeftMs) : undefined;
  };
  const drive = async (
    board: LockBoard,
    channel: number,
    pulseMs: number,
    coil: Coil,
  ): Promise<DoorPulse> => {
    coil.driving = true;
    coil.pulseMs = pulseMs;
    const outcome = await board.pulse(channel, pulseMs);
    coil.driving = false;
    if (!outcome.ok) return outcome;
    coil.attempts += 1;
    // The board began somewhere between the call and its answer: counted from the answer, never too early.
    coil.endMs = clock.monotonicMs() + pulseMs;
    return outcome;
  };

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
      const turns = supplyOf.get(name) ?? shared;
      if (turns.waiting() >= WAITING_MAX) return held('supply busy', WAITING_MAX * (pulseMs + PULSE_GAP_MS));
      await turns.enter();
      // Another pulse of the same door may have gone ahead while this one waited.
      const late = refusal(coil);
      const outcome = late ?? (await drive(board, channel, pulseMs, coil));
      turns.leave(outcome.ok ? pulseMs + PULSE_GAP_MS : 0);
      return outcome;
    },
    seenOpen: (board, channel) => {
      coilOf(board, channel).attempts = 0;
    },
    close: () => {
      closed = true;
      for (const turns of [shared, ...supplyOf.values()]) turns.openAll();
    },
  };
}

function restMs(coil: Coil): number {
  return Math.max(REST_MS_MIN, REST_PER_PULSE * coil.pulseMs);
}

function held(reason: PowerRefusal, leftMs: number): DoorPulse {
  const retryInMs = Math.ceil(leftMs);
  return { ok: false, reason, retryInMs, detail: `${reason}, for ${retryInMs} ms more` };
}
