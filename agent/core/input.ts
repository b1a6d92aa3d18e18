import type { DownMessage, Problem, SlotNumber, Uuid } from '@latchwork/shared';
import type { Effect, JournalGap } from './effect.ts';
import type { Change, JournalEntry, State } from './state.ts';

/** What the shell adds to each input, so that the core needs no clock and no randomness. */
export interface Stamp {
  /** Whole milliseconds since the Unix epoch, as the machine believes. */
  wallMs: number;
  /** Whole milliseconds since this process started, never going back. */
  monotonicMs: number;
  /** Base of the ids that this decision may mint; see `uuidAt`. */
  ids: Uuid;
  /** 16 random bytes in base64url. */
  nonce: string;
  /** From 0 to below 1. */
  random: number;
}

/** Everything that can happen to a locker. Secrets arrive as their keyed hashes. */
export type Input =
  /** Every door was read once; the first input of a process. */
  | { kind: 'started'; doors: ReadonlyMap<SlotNumber, DoorPosition> }
  | { kind: 'codeEntered'; codeHash: string }
  | { kind: 'badgeScanned'; badgeHash: string }
  | { kind: 'barcodeScanned'; barcode: string }
  /** Too long, or nothing left of it after cleaning. */
  | { kind: 'scanUnreadable' }
  | Touch
  /** `afterPulseMs`: how long after its last pulse an opened door was first seen open, where known. */
  | { kind: 'doorSeen'; slot: SlotNumber; position: DoorPosition; afterPulseMs?: number }
  /** An occupancy sensor says what lies in a slot. */
  | { kind: 'contentsSeen'; slot: SlotNumber; contents: 'occupied' | 'empty' | 'unknown' }
  | { kind: 'boardSeen'; board: string; state: 'lost' | 'back' | 'noisy' | 'quiet'; detail: string }
  /** A board fell silent while a coil on its supply was driven. */
  | { kind: 'supplySagged'; supply: string; board: string; detail: string }
  | { kind: 'serviceSwitched'; on: boolean }
  /** A technician at the console; `request` names the answer. */
  | { kind: 'technicianAsked'; request: string; user: string; ask: TechnicianAsk }
  | { kind: 'pulseDone'; slot: SlotNumber; authorisation: Uuid; attempt: number; outcome: PulseResult }
  | { kind: 'timer'; id: string }
  | { kind: 'linkUp' }
  | { kind: 'linkDown'; reason: string }
  /**
   * Sealed rightly and of a known form; whether it is fresh, the core judges. `headThere`: with a want, the journal's own
   * hash before `from`, where it has one.
   */
  | { kind: 'messageReceived'; message: DownMessage; lines: readonly string[]; headThere?: string }
  /** The journal as it was when it had the lines below `to`. */
  | { kind: 'journalRead'; to: number; entries: readonly JournalEntry[]; gap: JournalGap | null };

/** All that a technician can ask for at the console. `minutes`: after so long it ends by itself. */
export type TechnicianAsk =
  | { do: 'open'; slot: SlotNumber }
  /** At a blind door, the technician says what no switch can. */
  | { do: 'confirmDoor'; slot: SlotNumber; position: 'open' | 'closed' }
  | { do: 'settle'; slot: SlotNumber; occupied: boolean }
  | { do: 'outOfService'; slot: SlotNumber }
  | { do: 'inService'; slot: SlotNumber }
  | { do: 'startService'; minutes: number }
  | { do: 'endService' };

type Touch = { kind: 'touched'; action: Exclude<KioskAction, { do: 'enterCode' }> };

export type DoorPosition = 'open' | 'closed' | 'unknown';

/** `driven: false` means that surely no coil was driven; then it may be tried again after `retryInMs`. */
export type PulseResult =
  | { driven: true; acknowledged: boolean }
  | { driven: false; reason: string; retryInMs?: number };

/** All that a person can do on the screen. The code is digits only, as typed; the shell hashes it. */
export type KioskAction =
  | { do: 'enterCode'; code: string }
  /** Finished here: with this slot, or with the whole visit. */
  | { do: 'finish' }
  /** Open the slot just closed once more. */
  | { do: 'reopen' }
  | { do: 'cancel' }
  /** At a blind door, the person says what no switch can; of one that is said not to open, that it does. */
  | { do: 'confirmDoor'; position: 'open' | 'closed' }
  /** Of a door that read open before anyone asked for it: its switch is wrong. */
  | { do: 'doorIsShut' }
  /** A technician opened a door by hand that nobody sees, has done the work, and says what lies in each slot touched. */
  | { do: 'touchSlot'; slot: SlotNumber }
  | { do: 'endService' }
  | { do: 'settleSlot'; slot: SlotNumber; occupied: boolean }
  | { do: 'reportProblem'; slot?: SlotNumber; problem: Problem };

export interface Decision {
  /** The state after it, tables included. */
  state: State;
  /** Committed in one transaction before any effect; null when nothing on disk changed. */
  change: Change | null;
  effects: Effect[];
}
