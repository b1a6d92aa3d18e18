import type { Beat, Hello, SlotNumber, Uuid } from '@latchwork/shared';

/** What the shell does after the commit. Each says whether it may run twice. */
export type Effect =
  /** Never twice: a coil is driven at most once per attempt. Answered by `pulseDone`. */
  | { kind: 'pulse'; slot: SlotNumber; authorisation: Uuid; attempt: number; pulseMs: number }
  /** May repeat: poll this slot's door fast while someone waits for it. */
  | { kind: 'watchDoor'; slot: SlotNumber; on: boolean }
  /** May repeat: a person said that this blind door opened, which forgives its attempts. */
  | { kind: 'doorConfirmed'; slot: SlotNumber }
  /** May repeat: a timer of the same id is replaced. */
  | { kind: 'startTimer'; id: string; afterMs: number }
  | { kind: 'cancelTimer'; id: string }
  /** May repeat: the console passes it on to whoever asked, if they are still there. */
  | { kind: 'answerTechnician'; request: string; answer: TechnicianAnswer }
  /** May repeat: one connection attempt, answered by `linkUp` or `linkDown`. The nonce goes into the will. */
  | { kind: 'connect'; nonce: string }
  | { kind: 'disconnect' }
  /** May repeat. */
  | { kind: 'sendHello'; message: Hello }
  /** May repeat. */
  | { kind: 'sendBeat'; message: Beat }
  /** May repeat: journal lines from `from` up to and not including `to`, in as many batches as they need. */
  | { kind: 'sendEvents'; from: number; to: number; agentNonce: string; serverNonce: string }
  /** May repeat: everything in the journal from `from` up to and not including `to`, answered by `journalRead`. */
  | { kind: 'readJournal'; from: number; to: number; gap: JournalGap | null };

/** Facts that the server asks for and this disk has no longer: their numbers in this incarnation. */
export interface JournalGap {
  from: number;
  to: number;
}

/** `authorisation`: of the opening that was asked for; the facts that bear it tell what becomes of it. */
export type TechnicianAnswer =
  | { ok: true; authorisation?: Uuid; note?: string }
  | { ok: false; reason: string };

export type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
