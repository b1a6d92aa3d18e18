import type { Change, JournalEntry, Tables } from '@latchwork/agent';
import type { Parcel } from './network.ts';
import type { Header } from './sessions.ts';

/**
 * How the agent is wired into its world, where mutants make their mistakes. Empty, everything is as it should be.
 */
export interface Wiring {
  /** What the agent takes its tables to be at start. */
  load?(tables: Tables): Tables;
  /** The power is back, and this is on disk. */
  started?(tables: Tables, drive: (slot: number) => void): void;
  /** What the agent decided, on its way to the disk. */
  change?(change: Change): Change;
  /** How long the disk takes after it said that it has committed. */
  commitDelayMs?: number;
  /** What the disk holds of a commit during which the power went. */
  torn?(before: Tables, after: Tables): Tables;
  /** A board's command, on its way to a coil. */
  drive?(slot: number, drive: (slot: number) => void): void;
  /** A code on its way from the screen. */
  typed?(code: string): string;
  /** A cancelled timer of the agent runs all the same. */
  keepsTimers?: true;
  /** What the agent reads of its journal for a new incarnation. */
  carried?(entries: readonly JournalEntry[], tables: Tables | undefined): JournalEntry[];
  /** The server takes an effect although it took it before. */
  forgetsEffects?: true;
  /** The epoch of plans after a restore. */
  nextEpoch?(nowMs: number, highestSeen: number): number;
  /** A message about to be delivered, with what it takes to forge one; undefined keeps it back. */
  passing?(message: Passing): Uint8Array | undefined;
}

export interface Passing extends Parcel {
  keys: { up: Uint8Array; down: Uint8Array };
  /** The header of the agent's last hello, as it was sent. */
  lastHello: Header | undefined;
  /** What the agent's disk holds of its journal. */
  journal: readonly JournalEntry[];
  /** Delivers something to the agent. */
  toAgent(topic: string, payload: Uint8Array): void;
}
