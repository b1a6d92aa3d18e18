import type { LockerEvent } from '@latchwork/shared';
import type { Span } from './spans.ts';

/** What truly happened at a door. */
export interface Truth {
  atMs: number;
  door: number;
  kind: 'pulse' | 'opened' | 'closed' | 'keyTurned' | 'parcelIn' | 'parcelOut';
  /** Of a pulse: how long the coil was truly driven. */
  durationMs?: number;
}

/** Something was wrong for a while. Without a door it concerned every door. */
export interface Trouble extends Span {
  kind: string;
  door?: number;
}

/** What a locker wrote down, and what its cabinet truly did, by the same clock. */
export interface Account {
  places: readonly SoakDoor[];
  truths: readonly Truth[];
  facts: readonly LockerEvent[];
  /** What people did with parcels. */
  deeds: readonly Deed[];
  /** Times at which a switch said what was not so: its door's positions prove nothing then. */
  lies: readonly Trouble[];
  /** The same of what lies inside. */
  sensorLies: readonly Trouble[];
  /** Times at which a line, a board or a supply was in trouble: what happened then may be told late, or never. */
  blackouts: readonly Trouble[];
  /** Times at which a door's board stood at another one's address, and drove what that one was asked for. */
  miswired: readonly Trouble[];
  all: readonly Trouble[];
  /** Times at which no agent ran. */
  downs: readonly Span[];
}

export interface Falsehood {
  rule: string;
  slot: number;
  atMs: number;
  detail: string;
}

/** A parcel went into a slot or out of it, by the hand of the one whom it concerns. */
export interface Deed {
  atMs: number;
  slot: number;
  barcode: string;
  goesIn: boolean;
}

/** Coils that hang on one supply, by door, and how many it may drive at once. */
export interface SupplyOf {
  name: string;
  doors: ReadonlySet<number>;
  doorsAtOnce: number;
}

/** A door, and where it and its signs are wired. */
export interface SoakDoor {
  door: number;
  line: string;
  /** All that its signs come over. */
  lines: readonly string[];
  /** Its address, and its name in the agent's file. */
  board: number;
  boardName: string;
  blind: boolean;
  hasDoorSwitch: boolean;
  hasSensor: boolean;
}
