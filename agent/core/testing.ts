import {
  badgeFrom,
  chainNext,
  chainStart,
  hashCredential,
  type LockerEvent,
  type PlanBody,
  type PlanKind,
  planLine,
  uuidAt,
  uuidBase,
} from '@latchwork/shared';
import { decide } from './decide.ts';
import type { Effect, EffectOf } from './effect.ts';
import { initialState, initialTables } from './initial.ts';
import type { DoorPosition, Input } from './input.ts';
import type { Config, JournalEntry, State, Tables } from './state.ts';
import { planIndex } from './sync/plan-index.ts';
import { viewOf } from './view.ts';

const codeCheckingKey = new Uint8Array(32).fill(7);
export const codeHash = (code: string) => hashCredential(codeCheckingKey, 'code', code);
export const badgeHash = (badge: string) => hashCredential(codeCheckingKey, 'badge', badge);
export const badge = badgeFrom(new Uint8Array(26).fill(3));
export const anId = (n: number) => `gb_${uuidAt('01900000-0000-7000-8000-000000000000', n)}`;

const lockerId = 'gb-testlock';
const startMs = Date.UTC(2026, 0, 1);

export const config: Config = {
  lockerId,
  version: 'test',
  builtAtMs: startMs - 86_400_000,
  pulseMs: 300,
  slots: [
    { slot: 1, size: 'S', blind: false, board: 'board-1' },
    { slot: 2, size: 'S', blind: false, board: 'board-1' },
    { slot: 3, size: 'M', blind: false, board: 'board-1' },
    { slot: 4, size: 'L', blind: true, board: 'board-1' },
  ],
};

/**
 * One locker on a simulated clock: commits to a variable, performs effects on doors that obey unless told otherwise.
 * `cut()` is a power cut: everything that was not committed is gone.
 */
export class TestLocker {
  state: State;
  disk: Tables;
  events: LockerEvent[] = [];
  journal: JournalEntry[] = [];
  sent: Effect[] = [];
  pulses: EffectOf<'pulse'>[] = [];
  /** What a pulse does; the default opens the door at once. */
  onPulse: (pulse: EffectOf<'pulse'>) => void = (pulse) => {
    this.give({ ...pulse, kind: 'pulseDone', outcome: { driven: true, acknowledged: true } });
    if (pulse.slot !== 4) this.door(pulse.slot, 'open');
  };
  doors = new Map<number, DoorPosition>(
    config.slots.map(({ slot, blind }) => [slot, blind ? 'unknown' : 'closed']),
  );
  nowMs = startMs;
  #bootMs = startMs;
  #wallErrorMs = 0;
  #timers = new Map<string, number>();
  #inputs = 0;
  #queue: Input[] = [];
  #busy = false;

  constructor(plan: [PlanKind, string, unknown][] = []) {
    const tables = initialTables(config, uuidAt(uuidBase(startMs, new Uint8Array(10)), 1));
    const rows = plan.map(([kind, id, body], rev) => {
      const item = { kind, id, rev, body } as Parameters<typeof planLine>[0];
      return [`${kind} ${id}`, { kind, id, rev, line: planLine(item) }] as const;
    });
    this.disk = { ...tables, planItems: new Map(rows) };
    this.state = initialState(config, this.disk);
    this.give({ kind: 'started', doors: new Map(this.doors) });
  }

  /** Ends this process without notice and starts the next one, `offMs` later, perhaps with another cabinet file. */
  cut({ offMs = 60_000, cabinet = config } = {}): void {
    this.#timers.clear();
    this.#queue = [];
    this.nowMs += offMs;
    this.#bootMs = this.nowMs;
    this.state = initialState(cabinet, this.disk);
    const there = [...this.doors].filter(([door]) => cabinet.slots.some(({ slot }) => slot === door));
    this.give({ kind: 'started', doors: new Map(there) });
  }

  give(input: Input): void {
    this.#queue.push(input);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#take(next);
    this.#busy = false;
  }

  door(slot: number, position: DoorPosition, afterPulseMs?: number): void {
    this.doors.set(slot, position);
    const timed = afterPulseMs === undefined ? {} : { afterPulseMs };
    this.give({ kind: 'doorSeen', slot, position, ...timed });
  }
  code(code: string): void {
    this.give({ kind: 'codeEntered', codeHash: codeHash(code) });
  }
  scanBadge(): void {
    this.give({ kind: 'badgeScanned', badgeHash: badgeHash(badge) });
  }
  scan(barcode: string): void {
    this.give({ kind: 'barcodeScanned', barcode });
  }
  touch(action: Extract<Input, { kind: 'touched' }>['action']): void {
    this.give({ kind: 'touched', action });
  }

  /** Makes the wall clock, and it alone, jump. */
  jumpWall(ms: number): void {
    this.#wallErrorMs += ms;
  }

  /** Lets time pass; timers fire in their order. */
  pass(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const [id, at] = [...this.#timers].sort((a, b) => a[1] - b[1])[0] ?? ['', Number.POSITIVE_INFINITY];
      if (at > until) break;
      this.#timers.delete(id);
      this.nowMs = Math.max(this.nowMs, at);
      this.give({ kind: 'timer', id });
    }
    this.nowMs = until;
  }

  /** The server withdraws its whole plan. */
  endPlan(): void {
    this.state = {
      ...this.state,
      tables: { ...this.state.tables, planItems: new Map() },
      plan: planIndex([]),
    };
  }

  get view() {
    return viewOf(this.state);
  }
  get screen() {
    return this.view.screen;
  }
  /** The journal's own hash before a line, where it has one. */
  headBefore(seq: number): string | undefined {
    const { lockerId, incarnation } = this.disk.meta;
    if (seq === 1) return chainStart(lockerId, incarnation);
    return this.journal.find((entry) => entry.seq === seq - 1)?.hash;
  }
  slot(slot: number) {
    const row = this.disk.slots.get(slot);
    if (!row) throw new Error(`no slot ${slot} on disk`);
    return row;
  }
  /** The kinds of the facts so far, those of the locker's own start left out. */
  get kinds(): string[] {
    return this.events.map((event) => event.kind).filter((kind) => kind !== 'agent.started');
  }
  facts<K extends LockerEvent['kind']>(kind: K): Extract<LockerEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<LockerEvent, { kind: K }> => event.kind === kind);
  }
  sentOf<K extends Effect['kind']>(kind: K): EffectOf<K>[] {
    return this.sent.filter((effect): effect is EffectOf<K> => effect.kind === kind);
  }

  #take(input: Input): void {
    this.#inputs += 1;
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(0, this.#inputs);
    const decision = decide(this.state, input, {
      wallMs: this.nowMs + this.#wallErrorMs,
      monotonicMs: this.nowMs - this.#bootMs,
      ids: uuidBase(this.nowMs, random),
      nonce: String(this.#inputs).padStart(22, 'n'),
      random: 0.5,
    });
    this.state = decision.state;
    if (decision.change) this.#commit(decision.change);
    for (const effect of decision.effects) this.#perform(effect);
  }

  #commit(change: NonNullable<ReturnType<typeof decide>['change']>): void {
    const { slots, openings, planItems, redemptions, health } = this.disk;
    if (change.restartsJournal) this.journal = [];
    for (const entry of change.lines) {
      const { line, hash, seq } = entry;
      if (seq !== 1 + (this.journal.at(-1)?.seq ?? 0)) throw new Error(`journal line ${seq} leaves a gap`);
      this.journal.push(entry);
      const event = JSON.parse(line);
      if (event.origin === undefined) this.events.push(event);
      if (hash.length !== chainNext(change.meta.head, line).length) throw new Error('not a hash');
    }
    this.journal = this.journal.filter(({ seq }) => seq >= (change.trimTo ?? 0));
    const withRows = <K, V>(
      rows: ReadonlyMap<K, V>,
      put: readonly V[],
      key: (row: V) => K,
      ended: readonly K[],
    ) => {
      const next = new Map(rows);
      for (const row of put) next.set(key(row), row);
      for (const id of ended) next.delete(id);
      return next;
    };
    this.disk = {
      meta: change.meta,
      slots: withRows(slots, change.slots, (row) => row.slot, []),
      openings: withRows(openings, change.openings, (row) => row.slot, change.openingsEnded),
      redemptions: withRows(redemptions, change.redemptions, (row) => row.grant, change.redemptionsEnded),
      health: withRows(health, change.health, (row) => row.slot, []),
      planItems: withRows(
        planItems,
        change.planItems,
        (row) => `${row.kind} ${row.id}`,
        change.planItemsEnded.map(({ kind, id }) => `${kind} ${id}`),
      ),
      service: change.service === undefined ? this.disk.service : change.service,
    };
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'startTimer') this.#timers.set(effect.id, this.nowMs + effect.afterMs);
    else if (effect.kind === 'cancelTimer') this.#timers.delete(effect.id);
    else if (effect.kind === 'pulse') {
      this.pulses.push(effect);
      this.onPulse(effect);
    } else if (effect.kind === 'readJournal') {
      const entries = this.journal.filter(({ seq }) => seq >= effect.from);
      this.give({ kind: 'journalRead', to: effect.to, entries, gap: effect.gap });
    } else this.sent.push(effect);
  }
}

export const policy: PlanBody<'policy'> = {
  ...planIndex([]).policy,
  lockerName: 'Test Street',
  helpNumber: '0800 1',
  reopenGraceS: 300,
  visitIdleS: 30,
  settleS: 8,
};

/** A courier, and one booking of size S wished into slot 2, with code 12345678. */
export function usualPlan(): [PlanKind, string, unknown][] {
  return [
    ['policy', 'locker', policy],
    ['courier', anId(1), { carrier: 'Swift', badgeHash: badgeHash(badge) }],
    ['booking', anId(2), { slot: 2, size: 'S', barcodes: ['PARCEL1'], expiresAt: startMs + 48 * 3_600_000 }],
    [
      'grant',
      anId(3),
      { booking: anId(2), codeHash: codeHash('12345678'), expiresAt: startMs + 90 * 86_400_000 },
    ],
  ];
}

/** Badge, scan, parcel in, door shut, done: the usual parcel lies in slot 2, and nobody is at the unit. */
export function depositUsualParcel(locker: TestLocker): void {
  locker.scanBadge();
  locker.scan('PARCEL1');
  locker.door(2, 'closed');
  locker.touch({ do: 'finish' });
  locker.pass(10_000);
}
