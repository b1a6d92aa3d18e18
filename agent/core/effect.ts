import type { Beat, Hello, SlotNumber, Uuid } from '@latchwork/shared';

/** What the shell does after the commit. Each says whether it may run twice. */
export type Effect =
  /** Never twice: a coil is driven at most once per attempt. Answered by `pulseDone`. */
  | { kind: 'pulse'; slot: SlotNumber; authorisation: Uuid; attempt: number; pulseMs: number }
  /** May repeat: poll this slot's door fast while someone waits for it. */
  | { kind: 'watchDoor'; slot: SlotNumber; on: boolean }
  /** May repeat: a timer of the same id is replaced. */
  | { kind: 'startTimer'; id: string; afterMs: number }
  | { kind: 'cancelTimer'; id: string }
  /** May repeat: one connection attempt, answered by `linkUp` or `linkDown`. The nonce goes into the will. */
  | { kind: 'connect'; nonce: string }
  | { kind: 'disconnect' }
  /** May repeat. */
  | { kind: 'sendHello'; message: Hello }
  /** May repeat. */
  | { kind: 'sendBeat'; message: Beat }
  /** May repeat: journal lines from `from` up to and not including `to`, in as many batches as they need. */
  | { kind: 'sendEvents'; from: number; to: number; agentNonce: string; serverNonce: string };

export type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
