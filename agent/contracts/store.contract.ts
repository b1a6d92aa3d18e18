import { planLine, uuidAt, uuidBase } from '@latchwork/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../core/decide.ts';
import { type DoorHealth, healthAfter, newHealth } from '../core/doors/health.ts';
import { initialState, initialTables } from '../core/initial.ts';
import type { Input } from '../core/input.ts';
import type { Change, Slot, State } from '../core/state.ts';
import { anId, badge, badgeHash, codeHash, config, usualPlan } from '../core/testing.ts';
import { type Store, StoreError } from '../ports/store.ts';

export interface StoreHarness {
  store: Store;
  /** Drops the store without a word, as a power cut would, and opens what is on disk. */
  reopen(): Promise<Store>;
  /** From now on nothing more fits the disk; only a rewritten row may. */
  fill(): void;
  dispose(): Promise<void>;
}

/** What every store must do. */
export function storeContract(name: string, create: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    let harness: StoreHarness;
    let life: Life;
    beforeEach(async () => {
      harness = await create();
      life = new Life(harness.store);
    });
    afterEach(() => harness.dispose());

    it('holds nothing at first', () => {
      expect(harness.store.load()).toBeUndefined();
      expect(harness.store.readJournal(1, 10)).toEqual([]);
    });

    it('gives back, after a power cut, exactly what every commit of a parcel’s life left', async () => {
      for (const input of parcelLife) {
        life.take(input);
        expect(harness.store.load()).toEqual(life.state.tables);
      }
      expect(life.state.tables.redemptions.size).toBe(1);
      expect((await harness.reopen()).load()).toEqual(life.state.tables);
    });

    it('ends the rows that a change ends', () => {
      life.take(parcelLife[0]);
      const row = { kind: 'booking', id: anId(9), rev: 9, line: 'any' };
      const redemption = { grant: anId(8), authorisation: anId(7).slice(3), expiresAt: 5 };
      life.commit({ planItems: [row], redemptions: [redemption] });
      expect(harness.store.load()?.planItems.get(`booking ${anId(9)}`)).toEqual(row);
      expect(harness.store.load()?.redemptions.get(anId(8))).toEqual(redemption);
      life.commit({ planItemsEnded: [row], redemptionsEnded: [anId(8)] });
      expect(harness.store.load()?.planItems.has(`booking ${anId(9)}`)).toBe(false);
      expect(harness.store.load()?.redemptions.size).toBe(0);
    });

    it('keeps why a slot is out of service, what was cut short in it, and how its door does', async () => {
      life.take(parcelLife[0]);
      const slot: Slot = {
        slot: 2,
        occupancy: 'unsettled',
        parcel: { barcode: 'PARCEL1', booking: null, courier: anId(1) },
        outOfService: ['stuck', 'flapping', 'technician'],
        reopening: { untilPoweredMs: 5, grant: anId(3), codeHash: 'hash', booking: anId(2) },
        cutShort: {
          purpose: 'collect',
          authorisation: anId(4).slice(3),
          visit: anId(5).slice(3),
          grant: anId(3),
        },
        disputed: true,
      };
      const samples = [0, 1, 2].map((n) => ({ firstOpen: n > 0, stuck: n === 0, opensInMs: n * 100.5 }));
      const health: DoorHealth = {
        ...samples.reduce(healthAfter, newHealth(2)),
        ...{ day: '2026-01-01', sincePoweredMs: 7, pulses: 5, pulsesUnopened: 1 },
        ...{ wearing: 'opens later', lastPulsedPoweredMs: 9 },
      };
      life.commit({ slots: [slot], health: [health, newHealth(3)] });
      for (const store of [harness.store, await harness.reopen()]) {
        expect(store.load()?.slots.get(2)).toEqual(slot);
        expect(store.load()?.health.get(2)).toEqual(health);
        expect(store.load()?.health.get(3)).toEqual(newHealth(3));
      }
    });

    it('reads the journal from any line, no further than asked, with the hash after each', () => {
      for (const input of parcelLife) life.take(input);
      const lines = life.lines.map(({ line }) => line);
      expect(harness.store.readJournal(1, 1_000)).toEqual(lines);
      expect(harness.store.readJournal(3, 2)).toEqual(lines.slice(2, 4));
      expect(harness.store.readJournal(lines.length + 1, 5)).toEqual([]);
      expect(harness.store.hashAfter(3)).toBe(life.lines[2]?.hash);
      expect(harness.store.hashAfter(lines.length)).toBe(life.state.tables.meta.head);
    });

    it('knows the hash before the first line, and none after a line that is not there', () => {
      life.take(parcelLife[0]);
      const first = initialTables(config, life.state.tables.meta.incarnation).meta.head;
      expect(harness.store.hashAfter(0)).toBe(first);
      expect(harness.store.hashAfter(99)).toBeUndefined();
    });

    it('forgets what is trimmed, save the hash after it', async () => {
      for (const input of parcelLife) life.take(input);
      life.commit({ trimTo: 4, meta: { ...life.state.tables.meta, trimmedTo: 4 } });
      for (const store of [harness.store, await harness.reopen()]) {
        expect(store.load()?.meta.trimmedTo).toBe(4);
        expect(store.readEntries(5)).toEqual(life.lines.slice(4));
        expect([store.hashAfter(3), store.hashAfter(4)]).toEqual([undefined, life.lines[3]?.hash]);
        expect(store.readJournal(5, 1)).toEqual([life.lines[4]?.line]);
      }
    });

    it('puts the journal of a new incarnation in place of the old one, whole or not at all', async () => {
      for (const input of parcelLife) life.take(input);
      life.take({ kind: 'linkDown', reason: 'cut' });
      const before = harness.store.readEntries(1);
      const { state } = life;
      const read = { kind: 'journalRead', to: before.length + 1, entries: before, gap: null } as const;
      const decision = decide(state, read, life.stamp());
      const { change } = decision;
      if (!change) throw new Error('nothing was carried over');
      const torn = { ...change, lines: [...change.lines, ...change.lines] };
      expect(codeOf(() => harness.store.commit(torn))).toBe('failed');
      expect(harness.store.readEntries(1)).toEqual(before);
      harness.store.commit(change);
      for (const store of [harness.store, await harness.reopen()]) {
        expect(store.load()).toEqual(decision.state.tables);
        expect(store.readEntries(1).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
        expect(store.hashAfter(before.length)).toBe(change.meta.head);
      }
    });

    it('applies nothing of a change that it cannot write whole', () => {
      life.take(parcelLife[0]);
      const before = harness.store.load();
      const again = life.lines.at(-1);
      const change = { lines: again ? [again] : [], meta: { ...life.state.tables.meta, codeFailures: 3 } };
      expect(codeOf(() => life.commit(change))).toBe('failed');
      expect(harness.store.load()).toEqual(before);
    });

    it('says that the disk is full, and has written nothing', () => {
      life.take(parcelLife[0]);
      const before = harness.store.load();
      harness.fill();
      const { nextSeq } = life.state.tables.meta;
      const line = { seq: nextSeq, id: anId(5).slice(3), line: 'x'.repeat(100_000), hash: 'any' };
      expect(codeOf(() => life.commit({ lines: [line] }))).toBe('full');
      expect(harness.store.load()).toEqual(before);
      expect(harness.store.readJournal(nextSeq, 1)).toEqual([]);
    });
  });
}

/** A courier brings the usual parcel, and its recipient takes it. */
const parcelLife: [Input, ...Input[]] = [
  {
    kind: 'started',
    doors: new Map(config.slots.map(({ slot, blind }) => [slot, blind ? 'unknown' : 'closed'])),
  },
  { kind: 'badgeScanned', badgeHash: badgeHash(badge) },
  { kind: 'barcodeScanned', barcode: 'PARCEL1' },
  { kind: 'doorSeen', slot: 2, position: 'open' },
  { kind: 'doorSeen', slot: 2, position: 'closed' },
  { kind: 'touched', action: { do: 'finish' } },
  { kind: 'codeEntered', codeHash: codeHash('00000000') },
  { kind: 'codeEntered', codeHash: codeHash('12345678') },
  { kind: 'doorSeen', slot: 2, position: 'open' },
  { kind: 'doorSeen', slot: 2, position: 'closed' },
  { kind: 'touched', action: { do: 'finish' } },
];

/** Real decisions, each committed to the store under test. */
class Life {
  state: State;
  readonly lines: Change['lines'][number][] = [];
  readonly #store: Store;
  #steps = 0;

  constructor(store: Store) {
    this.#store = store;
    const rows = usualPlan().map(([kind, id, body], rev) => {
      const line = planLine({ kind, id, rev, body } as Parameters<typeof planLine>[0]);
      return [`${kind} ${id}`, { kind, id, rev, line }] as const;
    });
    const tables = initialTables(config, uuidAt(uuidBase(0, new Uint8Array(10)), 1));
    this.state = initialState(config, { ...tables, planItems: new Map(rows) });
  }

  take(input: Input): void {
    this.#steps += 1;
    const decision = decide(this.state, input, this.stamp());
    this.state = decision.state;
    const planItems = this.#steps === 1 ? [...this.state.tables.planItems.values()] : [];
    if (decision.change) this.commit({ ...decision.change, planItems });
  }

  stamp() {
    const wallMs = Date.UTC(2026, 0, 1) + this.#steps * 1000;
    const ids = uuidBase(wallMs, new Uint8Array(10));
    return { wallMs, monotonicMs: this.#steps * 1000, ids, nonce: 'n'.repeat(22), random: 0.5 };
  }

  commit(change: Partial<Change>): void {
    this.#store.commit({
      lines: [],
      meta: this.state.tables.meta,
      slots: [],
      openings: [],
      openingsEnded: [],
      planItems: [],
      planItemsEnded: [],
      redemptions: [],
      redemptionsEnded: [],
      health: [],
      ...change,
    });
    this.lines.push(...(change.lines ?? []));
  }
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
}
