/**
 * One board that drives locks and reports doors: serial, Modbus or GPIO.
 *
 * Channels count from 1 to `channels`. No method throws for a board that is silent, unplugged or
 * talking nonsense; each outcome carries its reason. An acknowledged pulse proves that the coil was
 * driven, never that the door opened: only `read` tells. A driver obeys the power limits that its
 * caller enforces, and never repeats a pulse by itself. One whose outputs outlast a dead program puts
 * them all to rest before its first reading and at `close`.
 */
export interface LockBoard {
  /** The board as configuration names it. */
  readonly name: string;
  readonly channels: number;
  /** Set when the board times its own pulse; `pulseMs` is then ignored. */
  readonly fixedPulseMs?: number;
  /** True when the board has no feedback at all: `read` then answers `unknown` for every door. */
  readonly blind: boolean;
  /** Further inputs that hang on no lock, counted from 1: door switches, occupancy sensors, a service switch. */
  readonly inputs: number;
  /** Reads every channel and input in one sweep: `doors[0]` is channel 1. Retries at most twice inside. */
  read(): Promise<BoardReading>;
  /**
   * Drives one coil once. Goes ahead of waiting reads, never of the transaction in flight. Where no
   * acknowledgement came, `acknowledged` is false and the coil may or may not have been driven.
   */
  pulse(channel: number, pulseMs: number): Promise<PulseOutcome>;
  close(): Promise<void>;
}

export type DoorPosition = 'open' | 'closed' | 'unknown';

/** Whether an input carries current, whatever that means where it is wired. */
export type InputLevel = 'on' | 'off' | 'unknown';

export type BoardReading =
  | {
      ok: true;
      doors: readonly DoorPosition[];
      inputs: readonly InputLevel[];
      /** Bytes that came and belonged to no reply. */
      noise: number;
      /** Channels that the board told of, where that is fewer than it is configured with: the others stay unknown. */
      channelsTold?: number;
      /** Tries before this one to which nothing at all came. */
      unanswered?: number;
    }
  | { ok: false; reason: BoardTrouble; detail: string };

export type PulseOutcome =
  /** `silent`: an answer was due, and nothing at all came. */
  | { ok: true; acknowledged: boolean; silent?: boolean }
  /** Nothing was driven. */
  | { ok: false; reason: BoardTrouble | 'no such channel'; detail: string };

/**
 * `queue full`: the line has more commands waiting than it is allowed to hold. `refused`: the board
 * understood the question and said no, or could do it only for longer than was asked.
 */
export type BoardTrouble = 'line lost' | 'no answer' | 'garbage' | 'refused' | 'queue full' | 'closed';
