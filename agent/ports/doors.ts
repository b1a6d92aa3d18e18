import type { BoardTrouble, DoorPosition } from './lock-board.ts';

/**
 * Every door of the locker by the number painted on it, whatever board it hangs on. The power limits
 * are kept behind this port, and a door's position is reported only once it is sure.
 */
export interface Doors {
  /**
   * Begins to watch. Resolves after every door was read and reported once, or its board was found
   * lost; a missing line or a dead board is a report, retried for ever, never a rejection. Rejects
   * only when called twice.
   */
  start(listener: DoorsListener): Promise<void>;
  /**
   * Drives one lock once. May wait for its turn at the supply and the line; where the wait would be
   * long it refuses with `retryInMs`, the time after which the same call may succeed. After
   * `ok: false` nothing was driven; after `acknowledged: false` nobody knows. Never rejects, never
   * repeats by itself.
   */
  pulse(slot: number, pulseMs: number): Promise<DoorPulse>;
  /** Reads this slot's board fast while a person waits for its door. An unknown slot is ignored. */
  watch(slot: number, on: boolean): void;
  /** A person says that this door opened, which no switch can at a blind one: its attempts are forgiven. */
  confirmedOpen(slot: number): void;
  /** Ends watching and releases the lines; later pulses are refused as `closed`. Idempotent, never rejects. */
  stop(): Promise<void>;
}

export interface DoorsListener {
  /**
   * The settled position of a door, at the start once each and then at every change. `afterPulseMs`: how long after its
   * last pulse was handed to the board a door was first seen open.
   */
  onDoor(slot: number, position: DoorPosition, afterPulseMs?: number): void;
  /** What an occupancy sensor says, where one is fitted: at the start once and then at every settled change. */
  onContents(slot: number, contents: Contents): void;
  /** The cabinet's service switch, where one is fitted: at the start once and then at every settled change. */
  onServiceSwitch(on: boolean): void;
  /** A lost board's doors are reported `unknown` right after, and once it is back as soon as they are sure. */
  onBoard(board: string, state: BoardState, detail: string): void;
  /** A board tells of fewer channels than its configuration says, whose doors stay unknown for ever; once each. */
  onShortBoard?(board: string, detail: string): void;
  /** A board fell silent while a coil on its supply was driven: the supply may have sagged. */
  onSupply(supply: string, board: string, detail: string): void;
}

export type Contents = 'occupied' | 'empty' | 'unknown';

/** `noisy`: of its readings more than the bearable share had noise or were garbage; `quiet`: no longer. */
export type BoardState = 'lost' | 'back' | 'noisy' | 'quiet';

export type DoorPulse =
  | { ok: true; acknowledged: boolean }
  | { ok: false; reason: PulseRefusal; retryInMs?: number; detail: string };

export type PulseRefusal = BoardTrouble | 'no such channel' | 'no such slot' | PowerRefusal;

/** Why the power limits hold a pulse back. */
export type PowerRefusal = 'resting' | 'cooling down' | 'supply busy' | 'pulse out of range';
