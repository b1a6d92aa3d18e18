import type { Denial, Purpose, SlotNumber, SlotSize } from '@latchwork/shared';

/** What the touchscreen shows: all of it, every time. */
export interface KioskView {
  lockerName: string;
  helpNumber: string;
  /** Whether the server was heard lately; the locker works either way. */
  online: boolean;
  /** A refusal or hint to lay over the screen until `until` changes it. */
  notice: Notice | null;
  screen: Screen;
}

export type Notice =
  | { kind: 'refused'; reason: Denial; retryInS?: number }
  | { kind: 'closeDoorFirst'; slot: SlotNumber }
  | { kind: 'problemReported'; slot?: SlotNumber }
  /** Done there, and its sensor says otherwise than it should. */
  | { kind: 'contradicted'; slot: SlotNumber; sensed: 'empty' | 'occupied' }
  /** The door did not open after every attempt; `next` is the slot that the parcel gets instead. */
  | { kind: 'slotOutOfService'; slot: SlotNumber; next?: SlotNumber }
  /** A technician is at work: nobody else is served now. */
  | { kind: 'beingServiced' }
  /** No fault of the door: its lock could not be reached. */
  | { kind: 'slotNotReached'; slot: SlotNumber; next?: SlotNumber };

export type Screen =
  /** Doors are being read; nobody is served yet. */
  | { name: 'starting' }
  /** Type a code, or scan a courier's badge. */
  | { name: 'idle' }
  /** A courier is known: scan the next parcel. */
  | { name: 'courierReady'; carrier: string; deposited: number }
  /** `attempt` counts pulses from 1, and is 0 before the first; after `attemptsMax` the door is given up. */
  | ({ name: 'unlocking'; stage: UnlockingStage; attempt: number; attemptsMax: number } & AtSlot)
  | ({ name: 'confirmOpen' } & AtSlot)
  /** `found`: it read open before anyone asked for it, so its switch may be wrong. */
  | ({ name: 'doorOpen'; found?: true } & AtSlot)
  /** Shut; ends by `finish`, by the next scan, or by itself. `sensed`: what its sensor says, where that is not what it should. */
  | ({ name: 'doorClosed'; sensed?: 'empty' | 'occupied' } & AtSlot)
  /** The door would not open; what happens next is said. */
  | ({ name: 'stuck'; help: 'callForHelp'; why: WhyStuck } & AtSlot)
  /** A technician is at work; whoever else comes is told so. What is opened by hand of the `unseen` doors, only they know. */
  | { name: 'service'; user: string; minutesLeft: number; touched: TouchedSlot[]; unseen: SlotNumber[] }
  /** The work is over: what lies in each of these slots now? */
  | { name: 'serviceLeaving'; why: 'left' | 'time is up'; touched: TouchedSlot[] }
  | { name: 'thanks'; person: 'recipient' | 'courier'; slots: SlotNumber[] };

export type WhyStuck =
  /** It was pulsed, and stayed shut as far as its switch tells. */
  | 'did not open'
  /** It was pulsed, and nobody sees what it did. */
  | 'not seen'
  /** It was never pulsed. */
  | 'not reached';

export type UnlockingStage =
  /** The power limits ask for patience before the first pulse. */
  | 'resting'
  /** The first pulse is on its way. */
  | 'unlocking'
  /** It was given: the door should spring open now. */
  | 'watching'
  /** It did not: the coil rests, and the person goes up to the door to push it in. */
  | 'pushAndWait'
  /** A further pulse comes at this moment: push now, while it clicks. */
  | 'pushNow';

/** `recorded`: what lay inside as far as this locker knew. */
export interface TouchedSlot {
  slot: SlotNumber;
  door: 'open' | 'closed' | 'unknown';
  recorded: 'empty' | 'occupied' | 'unsettled';
}

export interface AtSlot {
  slot: SlotNumber;
  size: SlotSize;
  purpose: Purpose;
  /** No switch tells of this door, or none that can be believed: the person says what it does. */
  blind: boolean;
}
