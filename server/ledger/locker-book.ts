import type { LockerId, OpsAlarm, PlanBody, PlanKind, SlotNumber } from '@latchwork/shared';
import { planLine } from '@latchwork/shared';
import type {
  BookingRow,
  DoorHealthRow,
  EventLogRow,
  GrantRow,
  IncarnationRow,
  LockerRow,
  LockerRows,
  NotificationRow,
  PackageRow,
  PlanItemRow,
  PresenceRow,
  SlotRow,
} from './rows.ts';

/** What a decision did to a book; the ledger writes exactly this. Rows are whole, keyed by their id. */
export interface BookChanges {
  locker: LockerRow | null;
  presence: PresenceRow | null;
  incarnations: Map<string, IncarnationRow>;
  slots: Map<SlotNumber, SlotRow>;
  bookings: Map<string, BookingRow>;
  packages: Map<string, PackageRow>;
  grants: Map<string, GrantRow>;
  planItems: Map<string, PlanItemRow>;
  plan: { serverEpoch: number; rev: number } | null;
  log: EventLogRow[];
  doorHealth: DoorHealthRow[];
  notifications: NotificationRow[];
  alarms: OpsAlarm[];
}

/**
 * All that one locker's decisions need, loaded and locked, with every change noted. Invariants: `freeSlots` is
 * recomputed whenever a slot or booking changes; a plan item always bears a revision above all before it.
 */
export class LockerBook {
  readonly changes: BookChanges = {
    locker: null,
    presence: null,
    incarnations: new Map(),
    slots: new Map(),
    bookings: new Map(),
    packages: new Map(),
    grants: new Map(),
    planItems: new Map(),
    plan: null,
    log: [],
    doorHealth: [],
    notifications: [],
    alarms: [],
  };
  readonly #rows: LockerRows;
  readonly #slots: Map<SlotNumber, SlotRow>;
  readonly #bookings: Map<string, BookingRow>;
  readonly #packages: Map<string, PackageRow>;
  readonly #grants: Map<string, GrantRow>;

  constructor(rows: LockerRows) {
    this.#rows = { ...rows, incarnations: [...rows.incarnations] };
    this.#slots = new Map(rows.slots.map((row) => [row.slot, row]));
    this.#bookings = new Map(rows.bookings.map((row) => [row.bookingId, row]));
    this.#packages = new Map(rows.packages.map((row) => [row.packageId, row]));
    this.#grants = new Map(rows.grants.map((row) => [row.grantId, row]));
  }

  get lockerId(): LockerId {
    return this.#rows.locker.lockerId;
  }
  get locker(): LockerRow {
    return this.#rows.locker;
  }
  get presence(): PresenceRow | null {
    return this.#rows.presence;
  }
  get incarnations(): readonly IncarnationRow[] {
    return this.#rows.incarnations;
  }
  get plan(): { serverEpoch: number; rev: number } {
    return this.#rows.plan;
  }
  get slots(): readonly SlotRow[] {
    return [...this.#slots.values()];
  }
  get bookings(): readonly BookingRow[] {
    return [...this.#bookings.values()];
  }
  get packages(): readonly PackageRow[] {
    return [...this.#packages.values()];
  }
  get grants(): readonly GrantRow[] {
    return [...this.#grants.values()];
  }
  slot(slot: SlotNumber): SlotRow | undefined {
    return this.#slots.get(slot);
  }
  booking(bookingId: string): BookingRow | undefined {
    return this.#bookings.get(bookingId);
  }
  package(packageId: string): PackageRow | undefined {
    return this.#packages.get(packageId);
  }

  setLocker(change: Partial<Omit<LockerRow, 'lockerId' | 'freeSlots'>>): void {
    this.#rows.locker = this.changes.locker = { ...this.#rows.locker, ...change };
  }

  setPresence(row: PresenceRow): void {
    this.#rows.presence = this.changes.presence = row;
  }

  putIncarnation(row: IncarnationRow): void {
    this.changes.incarnations.set(row.incarnation, row);
    this.#rows.incarnations = [
      ...this.#rows.incarnations.filter((old) => old.incarnation !== row.incarnation),
      row,
    ];
  }

  putSlot(row: SlotRow): void {
    this.#slots.set(row.slot, row);
    this.changes.slots.set(row.slot, row);
    this.#recount();
  }

  putBooking(row: BookingRow): void {
    this.#bookings.set(row.bookingId, row);
    this.changes.bookings.set(row.bookingId, row);
    this.#recount();
  }

  putPackage(row: PackageRow): void {
    this.#packages.set(row.packageId, row);
    this.changes.packages.set(row.packageId, row);
  }

  putGrant(row: GrantRow): void {
    this.#grants.set(row.grantId, row);
    this.changes.grants.set(row.grantId, row);
  }

  /** Puts an item into the plan under the next revision, which it returns. */
  putPlanItem<K extends PlanKind>(kind: K, id: string, body: PlanBody<K>): number {
    const rev = this.#nextRev();
    const line = planLine({ kind, id, rev, body } as Parameters<typeof planLine>[0]);
    this.changes.planItems.set(`${kind} ${id}`, { kind, id, rev, line });
    return rev;
  }

  /** Ends an item with a tombstone under the next revision. */
  endPlanItem(kind: PlanKind, id: string): number {
    const rev = this.#nextRev();
    this.changes.planItems.set(`${kind} ${id}`, { kind, id, rev, line: null });
    return rev;
  }

  /** A new epoch, above every earlier one; the agent then takes a whole snapshot. */
  startEpoch(serverEpoch: number): void {
    this.#rows.plan = this.changes.plan = { ...this.#rows.plan, serverEpoch };
  }

  log(row: EventLogRow): void {
    this.changes.log.push(row);
  }
  noteDoorHealth(row: DoorHealthRow): void {
    this.changes.doorHealth.push(row);
  }
  notify(row: NotificationRow): void {
    this.changes.notifications.push(row);
  }
  raise(alarm: OpsAlarm): void {
    this.changes.alarms.push(alarm);
  }

  /** Free for a new booking: in service, empty, settled, not reopenable, and unbooked. */
  freeSlots(): SlotRow[] {
    const booked = new Set<number>();
    for (const booking of this.#bookings.values())
      if (booking.status === 'active' && booking.slot !== null) booked.add(booking.slot);
    return this.slots.filter(
      (slot) =>
        slot.status === 'inService' &&
        !slot.faulty &&
        slot.occupancy === 'empty' &&
        slot.opening === null &&
        !booked.has(slot.slot),
    );
  }

  #nextRev(): number {
    const plan = { ...this.#rows.plan, rev: this.#rows.plan.rev + 1 };
    this.#rows.plan = this.changes.plan = plan;
    return plan.rev;
  }

  #recount(): void {
    const freeSlots = this.freeSlots().length;
    if (freeSlots !== this.#rows.locker.freeSlots || this.slots.length !== this.#rows.locker.numSlots)
      this.#rows.locker = this.changes.locker = {
        ...this.#rows.locker,
        freeSlots,
        numSlots: this.slots.length,
      };
  }
}
