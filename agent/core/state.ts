import type {
  Authority,
  ClockState,
  EntityId,
  LockerId,
  PlanBody,
  Purpose,
  SlotNumber,
  SlotSize,
  Uuid,
} from '@latchwork/shared';
import type { Budgets } from './budget.ts';
import type { DoorMemory } from './doors/door-memory.ts';
import type { DoorHealth } from './doors/health.ts';
import type { Parcel } from './parcel.ts';
import type { Notice } from './screen.ts';
import type { Link } from './sync/link-state.ts';

/**
 * What the agent knows. `tables` is on disk, row for row; the rest lives in memory and is made anew at start.
 *
 * Invariants: at most one opening per slot · an opening exists exactly while its authorisation has no end · every
 * timer that decides anything is named by the row it belongs to, so that a stale one finds nothing.
 */
export interface State {
  readonly config: Config;
  readonly tables: Tables;
  /** The plan's items, understood: derived from `tables.planItems` whenever they change. */
  readonly plan: PlanIndex;
  readonly doors: ReadonlyMap<SlotNumber, 'open' | 'closed' | 'unknown'>;
  readonly doorMemory: DoorMemory;
  /** False until every door was read once. */
  readonly started: boolean;
  readonly person: Person | null;
  readonly notice: ShownNotice | null;
  readonly link: Link;
  readonly clock: ClockBelief;
  readonly budgets: Budgets;
  /** Powered time when this process started. */
  readonly poweredAtStartMs: number;
}

export interface ClockBelief {
  state: ClockState;
  /** Wall less monotonic time at the last input; null before the first. */
  offsetMs: number | null;
  /** Server time less monotonic time that nothing confirms yet, and the session that said so. */
  unconfirmed: { offsetMs: number; serverNonce: string } | null;
}

export interface Config {
  lockerId: LockerId;
  version: string;
  /** When this program was built: the clock floor of a new locker. */
  builtAtMs: number;
  /** `board`: the name of the lock board that a door hangs on. */
  slots: readonly { slot: SlotNumber; size: SlotSize; blind: boolean; board: string }[];
  pulseMs: number;
}

export interface Tables {
  readonly meta: Meta;
  readonly slots: ReadonlyMap<SlotNumber, Slot>;
  readonly openings: ReadonlyMap<SlotNumber, Opening>;
  /** By `kind id`. */
  readonly planItems: ReadonlyMap<string, PlanRow>;
  /** By grant id. */
  readonly redemptions: ReadonlyMap<string, Redemption>;
  /** Of every door that was pulsed. */
  readonly health: ReadonlyMap<SlotNumber, DoorHealth>;
  /** A technician is at work; null when none is. */
  readonly service: Service | null;
}

/** One row. */
export interface Meta {
  lockerId: LockerId;
  incarnation: Uuid;
  /** The database is new although the server knew this locker before. */
  reborn: boolean;
  /** The sequence number of the next journal line. */
  nextSeq: number;
  /** The chain's hash before it. */
  head: string;
  ackedSeq: number;
  /** Lines up to here are no longer on the disk; the server keeps them for good. */
  trimmedTo: number;
  serverEpoch: number;
  rev: number;
  /** Milliseconds that this locker has been powered, as far as committed; windows and budgets count in it. */
  poweredMs: number;
  /** The clock floor, as it stood at `floorAtPoweredMs`. */
  floorMs: number;
  floorAtPoweredMs: number;
  /** Wrong codes lately, halved by a right one. */
  codeFailures: number;
  /** No code is tried before this powered time. */
  codeBlockedUntilPoweredMs: number;
  /** The visit that has no end yet. */
  visit: Uuid | null;
  /** The cabinet's service switch had its turn, and was not seen off since. */
  switchUsed: boolean;
}

export interface Slot {
  slot: SlotNumber;
  /** `unsettled`: nobody knows what lies inside, so nothing is put there. */
  occupancy: 'empty' | 'occupied' | 'unsettled';
  /** What lies, or may lie, inside. */
  parcel: Parcel | null;
  /** Why the locker itself allocates it no more; empty while in service. A parcel inside can still be collected. */
  outOfService: readonly OutOfServiceReason[];
  reopening: Reopening | null;
  /** What came to no clear end here while the slot is unsettled: a sensor may tell how it ended. */
  cutShort: CutShort | null;
  /** A person and the sensor disagree, so only a reopening or a technician settles the slot. */
  disputed: boolean;
}

export const outOfServiceReasons = ['stuck', 'flapping', 'technician'] as const;
export type OutOfServiceReason = (typeof outOfServiceReasons)[number];

/** A deposit, or a collection whose door was seen open, that nobody saw ending. */
export interface CutShort {
  purpose: 'deposit' | 'collect';
  authorisation: Uuid;
  visit: Uuid;
  grant: EntityId | null;
}

/** Who collected last may look again, until the grace period has passed in powered time. */
export interface Reopening {
  untilPoweredMs: number;
  grant: EntityId;
  codeHash: string;
  booking: EntityId;
}

/** One authorisation from asking to its end; see doors/opening.ts for its phases. */
export interface Opening {
  slot: SlotNumber;
  authorisation: Uuid;
  visit: Uuid;
  purpose: Purpose;
  allowedBy: Authority;
  /** The parcel that is brought (deposit) or fetched. */
  parcel: Parcel | null;
  phase: 'asked' | 'pulsed' | 'resting' | 'open' | 'closed';
  /** Pulses asked of the board so far. */
  attempts: number;
  /** Of these, pulses that the board says it gave. */
  pulses: number;
  /** Its door was seen open, by this authorisation or one that it superseded: the parcel may have changed hands. */
  used: boolean;
  /** The courier took the parcel back: the slot stays empty once the door is shut. */
  withdrawn: boolean;
}

export interface PlanRow {
  kind: string;
  id: string;
  rev: number;
  /** Exactly as received, since digests cover it. */
  line: string;
}

export interface Redemption {
  grant: EntityId;
  authorisation: Uuid;
  expiresAt: number;
}

/** One row, while it lasts; see people/technician-service.ts. */
export interface Service {
  visit: Uuid;
  by: 'cabinet switch' | 'local technician';
  /** The user's name at the console; empty at the switch. */
  user: string;
  /** It ends by itself at this powered time; while it is being left, so do the questions. */
  untilPoweredMs: number;
  /** Slots of which it is not confirmed yet what lies inside. */
  touched: readonly SlotNumber[];
  /** Why it is being left: now each touched slot is asked for. Null while the work goes on. */
  leaving: 'left' | 'time is up' | null;
}

export interface PlanIndex {
  policy: PlanBody<'policy'>;
  slots: ReadonlyMap<SlotNumber, PlanBody<'slot'>>;
  bookings: ReadonlyMap<string, PlanBody<'booking'>>;
  grants: ReadonlyMap<string, PlanBody<'grant'>>;
  couriers: ReadonlyMap<string, PlanBody<'courier'>>;
  revoked: ReadonlySet<string>;
}

/** Who stands at the unit: one visit. */
export type Person = Recipient | Courier;

interface AtUnit {
  visit: Uuid;
  /** Slots served so far, for the closing screen. */
  served: readonly SlotNumber[];
  /** The slot whose opening is on the screen. */
  at: SlotNumber | null;
  /** The door gave up; the person is told whom to call. */
  stuckAt: SlotNumber | null;
  /** The visit is over; the screen says thanks for a moment. */
  leaving: boolean;
}
export interface Recipient extends AtUnit {
  kind: 'recipient';
  grant: EntityId;
  codeHash: string;
  /** Slots of the same booking still to open. */
  remaining: readonly SlotNumber[];
}
export interface Courier extends AtUnit {
  kind: 'courier';
  courier: EntityId;
  carrier: string;
  /** Slots that were asked to open for the parcel at hand, this one last. */
  tried: readonly SlotNumber[];
}

export interface ShownNotice {
  /** Names its timer, so that an older timer clears nothing. */
  id: Uuid;
  notice: Notice;
}

/** One line of the journal, and the chain's hash after it. */
export interface JournalEntry {
  seq: number;
  id: Uuid;
  line: string;
  hash: string;
}

/** What one decision changed on disk: upserts, and the keys of rows that ended. */
export interface Change {
  lines: readonly JournalEntry[];
  /** The lines are the whole journal of a new incarnation, in place of what is there. */
  restartsJournal?: true;
  /** Lines up to here go, once the change is written; the hash after the last of them stays known. */
  trimTo?: number;
  meta: Meta;
  slots: readonly Slot[];
  openings: readonly Opening[];
  openingsEnded: readonly SlotNumber[];
  planItems: readonly PlanRow[];
  planItemsEnded: readonly { kind: string; id: string }[];
  redemptions: readonly Redemption[];
  redemptionsEnded: readonly string[];
  health: readonly DoorHealth[];
  /** Left out when it did not change; null when it ended. */
  service?: Service | null;
}
