import { chainNext, chainStart, type Fact, type SlotNumber, type Uuid, uuidAt } from '@latchwork/shared';
import { spend } from './budget.ts';
import { believedTime } from './clock.ts';
import type { DoorHealth } from './doors/health.ts';
import type { Effect } from './effect.ts';
import type { Decision, Stamp } from './input.ts';
import type { Notice } from './screen.ts';
import type {
  Change,
  JournalEntry,
  Meta,
  Opening,
  PlanRow,
  Redemption,
  Service,
  Slot,
  State,
  Tables,
} from './state.ts';

const noticeMs = 5_000;

/**
 * One decision in the making: the state so far, what changed on disk, and the effects to come. Lives for one
 * call of `decide`; the state that came in is never touched.
 */
export class Draft {
  state: State;
  readonly stamp: Stamp;
  readonly effects: Effect[] = [];
  #lines: JournalEntry[] = [];
  readonly #slots = new Set<SlotNumber>();
  readonly #openings = new Set<SlotNumber>();
  readonly #planItems = new Set<string>();
  readonly #planItemsEnded = new Map<string, { kind: string; id: string }>();
  readonly #redemptions = new Set<string>();
  readonly #health = new Set<SlotNumber>();
  #metaChanged = false;
  #serviceChanged = false;
  #restartsJournal = false;
  #trimTo: number | undefined;
  #minted = 0;

  constructor(state: State, stamp: Stamp) {
    this.state = state;
    this.stamp = stamp;
  }

  get meta(): Meta {
    return this.state.tables.meta;
  }
  /** Milliseconds that this locker has been powered: the time of windows and budgets. */
  get poweredMs(): number {
    return this.state.poweredAtStartMs + this.stamp.monotonicMs;
  }

  freshId(): Uuid {
    this.#minted += 1;
    return uuidAt(this.stamp.ids, this.#minted - 1);
  }

  /** Writes a fact into the journal, as its next line; one that is over its kind's budget is only counted. */
  emit(fact: Fact): void {
    const { budgets, write } = spend(this.state.budgets, fact, this.poweredMs);
    this.set({ budgets });
    if (!write) return;
    const { kind, ...body } = fact;
    this.#append(this.freshId(), {
      ...believedTime(this.state, this.stamp.wallMs, this.poweredMs),
      kind,
      ...body,
    });
  }

  /** The number of the next line before this decision wrote any. */
  get nextSeqOnDisk(): number {
    return this.meta.nextSeq - this.#lines.length;
  }

  /** Begins the journal of another incarnation with `entries`, and with what this decision wrote, carried over. */
  restartJournal(incarnation: Uuid, entries: readonly JournalEntry[]): void {
    const { lockerId, incarnation: before } = this.meta;
    const all = [...entries, ...this.#lines];
    this.#lines = [];
    this.#restartsJournal = true;
    const head = chainStart(lockerId, incarnation);
    this.setMeta({ incarnation, nextSeq: 1, head, ackedSeq: 0, trimmedTo: 0 });
    for (const entry of all) this.#append(entry.id, carriedOver(entry, before));
  }

  trimJournal(trimmedTo: number): void {
    this.#trimTo = trimmedTo;
    this.setMeta({ trimmedTo });
  }

  #append(id: Uuid, rest: object): void {
    const seq = this.meta.nextSeq;
    const line = JSON.stringify({ id, seq, ...rest });
    const hash = chainNext(this.meta.head, line);
    this.#lines.push({ seq, id, line, hash });
    this.setMeta({ nextSeq: seq + 1, head: hash });
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }
  startTimer(id: string, afterMs: number): void {
    this.effects.push({ kind: 'startTimer', id, afterMs: Math.max(0, Math.round(afterMs)) });
  }
  cancelTimer(id: string): void {
    this.effects.push({ kind: 'cancelTimer', id });
  }

  /** Changes what lives in memory alone. */
  set(change: Partial<Omit<State, 'tables' | 'config'>>): void {
    this.state = { ...this.state, ...change };
  }

  /** Lays a message over the screen for a few seconds. */
  show(notice: Notice): void {
    const id = this.freshId();
    this.set({ notice: { id, notice } });
    this.startTimer(`notice:${id}`, noticeMs);
  }

  setMeta(change: Partial<Meta>): void {
    this.#tables({ meta: { ...this.meta, ...change } });
    this.#metaChanged = true;
  }

  slot(slot: SlotNumber): Slot | undefined {
    return this.state.tables.slots.get(slot);
  }
  putSlot(row: Slot): void {
    this.#tables({ slots: new Map(this.state.tables.slots).set(row.slot, row) });
    this.#slots.add(row.slot);
  }
  /** Writes every slot's row, so that slots new in the cabinet reach the disk. */
  keepSlots(): void {
    for (const slot of this.state.tables.slots.keys()) this.#slots.add(slot);
  }

  opening(slot: SlotNumber): Opening | undefined {
    return this.state.tables.openings.get(slot);
  }
  putOpening(row: Opening): void {
    this.#tables({ openings: new Map(this.state.tables.openings).set(row.slot, row) });
    this.#openings.add(row.slot);
  }
  endOpening(slot: SlotNumber): void {
    const openings = new Map(this.state.tables.openings);
    openings.delete(slot);
    this.#tables({ openings });
    this.#openings.add(slot);
  }

  putRedemption(row: Redemption): void {
    this.#tables({ redemptions: new Map(this.state.tables.redemptions).set(row.grant, row) });
    this.#redemptions.add(row.grant);
  }
  putHealth(row: DoorHealth): void {
    this.#tables({ health: new Map(this.state.tables.health).set(row.slot, row) });
    this.#health.add(row.slot);
  }
  endRedemption(grant: string): void {
    const redemptions = new Map(this.state.tables.redemptions);
    redemptions.delete(grant);
    this.#tables({ redemptions });
    this.#redemptions.add(grant);
  }

  setService(service: Service | null): void {
    this.#tables({ service });
    this.#serviceChanged = true;
  }

  /** Puts and ends plan items at once, since a plan is never applied in part. */
  changePlan(put: readonly PlanRow[], ended: readonly { kind: string; id: string }[]): void {
    const planItems = new Map(this.state.tables.planItems);
    for (const item of ended) {
      const key = `${item.kind} ${item.id}`;
      if (!planItems.delete(key)) continue;
      this.#planItems.delete(key);
      this.#planItemsEnded.set(key, { kind: item.kind, id: item.id });
    }
    for (const row of put) {
      const key = `${row.kind} ${row.id}`;
      planItems.set(key, row);
      this.#planItems.add(key);
      this.#planItemsEnded.delete(key);
    }
    this.#tables({ planItems });
  }

  finish(): Decision {
    if (
      this.#metaChanged ||
      this.#serviceChanged ||
      this.#slots.size +
        this.#openings.size +
        this.#redemptions.size +
        this.#health.size +
        this.#planItems.size +
        this.#planItemsEnded.size >
        0
    )
      this.setMeta({ poweredMs: this.poweredMs });
    return { state: this.state, change: this.#metaChanged ? this.#change() : null, effects: this.effects };
  }

  #tables(change: Partial<Tables>): void {
    this.state = { ...this.state, tables: { ...this.state.tables, ...change } };
  }

  #change(): Change {
    const { meta, slots, openings, planItems, redemptions, health, service } = this.state.tables;
    return {
      lines: this.#lines,
      ...(this.#restartsJournal ? { restartsJournal: true as const } : {}),
      ...(this.#trimTo === undefined ? {} : { trimTo: this.#trimTo }),
      meta,
      slots: [...this.#slots].flatMap((slot) => slots.get(slot) ?? []),
      ...split(this.#openings, openings, 'openings', 'openingsEnded'),
      ...split(this.#redemptions, redemptions, 'redemptions', 'redemptionsEnded'),
      health: [...this.#health].flatMap((slot) => health.get(slot) ?? []),
      planItems: [...this.#planItems].flatMap((key) => planItems.get(key) ?? []),
      planItemsEnded: [...this.#planItemsEnded.values()],
      ...(this.#serviceChanged ? { service } : {}),
    };
  }
}

/** What a line says, apart from its number: where it stood first stays, however often it is carried over. */
function carriedOver({ seq, line, hash }: JournalEntry, incarnation: Uuid): object {
  const { id: _id, seq: _seq, origin, ...fact } = JSON.parse(line);
  return { origin: origin ?? { incarnation, seq, hash }, ...fact };
}

/** Of the keys that changed: rows that are there now, and the keys of those that are not. */
function split<K, V, P extends string, E extends string>(
  changed: ReadonlySet<K>,
  rows: ReadonlyMap<K, V>,
  put: P,
  ended: E,
) {
  const there: V[] = [];
  const gone: K[] = [];
  for (const key of changed) {
    const row = rows.get(key);
    if (row === undefined) gone.push(key);
    else there.push(row);
  }
  return { [put]: there, [ended]: gone } as { [key in P]: V[] } & { [key in E]: K[] };
}
