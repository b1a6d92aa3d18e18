import type { Authority, Purpose, SlotNumber, Uuid } from '@latchwork/shared';
import type { Parcel } from '../parcel.ts';

/** What is known of boards and doors since this process started: found out anew by the next one. */
export interface DoorMemory {
  /** They do not answer, which is why their doors are unknown. */
  readonly boardsLost: ReadonlySet<string>;
  /** Doors of which it was told, of each by itself, that their position cannot be told. */
  readonly toldUnknown: ReadonlySet<SlotNumber>;
  /** Doors of which their lost board was the last to tell. */
  readonly toldLost: ReadonlySet<SlotNumber>;
  /** Unseen doors that were shut when they were last seen, and to which nobody was let since. */
  readonly shutUnseen: ReadonlySet<SlotNumber>;
  /** What occupancy sensors say, where one is fitted and says anything. */
  readonly contents: ReadonlyMap<SlotNumber, 'occupied' | 'empty'>;
  /** Doors that were last told to be open. */
  readonly standing: ReadonlyMap<SlotNumber, StandingDoor>;
  /** Powered times of each door's latest changes that no pulse explains; see doors/flapping.ts for their limit. */
  readonly changes: ReadonlyMap<SlotNumber, readonly number[]>;
  /** Doors that are not believed, and what their switches say meanwhile. */
  readonly flapping: ReadonlyMap<SlotNumber, FlappingDoor>;
  /** Powered times until which coils rest that were driven just before this start. */
  readonly hotUntilMs: ReadonlyMap<SlotNumber, number>;
  /** The latest attempt of each door of which it was told, unanswered, that its coil may have been driven. */
  readonly presumed: ReadonlyMap<SlotNumber, { authorisation: Uuid; attempt: number }>;
  /** The latest opening of each slot that pulsed its door while nobody saw it: it may have opened and been shut since. */
  readonly unwitnessed: ReadonlyMap<SlotNumber, Uuid>;
  /** The latest opening of each slot that ended although its door may still open from it. */
  readonly lately: ReadonlyMap<SlotNumber, EndedOpening>;
}

export interface FlappingDoor {
  /** Names its timer. */
  id: Uuid;
  position: 'open' | 'closed' | 'unknown';
  /** A person said that the door does not do this; gone once the switch has moved. */
  denied?: 'open' | 'closed' | 'unknown';
}

export interface StandingDoor {
  /** Names its timer. */
  id: Uuid;
  sinceMs: number;
  /** How often it was told that it stands open for too long. */
  told: number;
  authorisation?: Uuid;
}

export interface EndedOpening {
  slot: SlotNumber;
  authorisation: Uuid;
  visit: Uuid;
  purpose: Purpose;
  allowedBy: Authority;
  parcel: Parcel | null;
  /** Ended at the start with its door unseen: the first sight of it decides, however late. */
  untilSeen: boolean;
}

export const noDoorMemory: DoorMemory = {
  boardsLost: new Set(),
  toldUnknown: new Set(),
  toldLost: new Set(),
  shutUnseen: new Set(),
  contents: new Map(),
  standing: new Map(),
  changes: new Map(),
  flapping: new Map(),
  hotUntilMs: new Map(),
  presumed: new Map(),
  unwitnessed: new Map(),
  lately: new Map(),
};
