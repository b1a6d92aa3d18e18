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
  | { kind: 'slotOutOfService'; slot: SlotNumber };

export type Screen =
  /** Doors are being read; nobody is served yet. */
  | { name: 'starting' }
  /** Type a code, or scan a courier's badge. */
  | { name: 'idle' }
  /** A courier is known: scan the next parcel. */
  | { name: 'courierReady'; carrier: string; deposited: number }
  | ({ name: 'unlocking'; stage: 'unlocking' | 'pushAndWait' | 'resting'; attempt: number } & AtSlot)
  | ({ name: 'confirmOpen' } & AtSlot)
  | ({ name: 'doorOpen' } & AtSlot)
  /** Shut; ends by `finish`, by the next scan, or by itself. */
  | ({ name: 'doorClosed' } & AtSlot)
  /** The door would not open; what happens next is said. */
  | ({ name: 'stuck'; help: 'callForHelp' } & AtSlot)
  | { name: 'thanks'; person: 'recipient' | 'courier'; slots: SlotNumber[] };

export interface AtSlot {
  slot: SlotNumber;
  size: SlotSize;
  purpose: Purpose;
  blind: boolean;
}
