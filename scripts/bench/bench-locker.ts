import {
  type Change,
  type Config,
  decide,
  type Effect,
  type Input,
  initialState,
  initialTables,
  type State,
  type Store,
} from '@latchwork/agent';
import { uuidBase } from '@latchwork/shared';
import { type BenchParcel, benchPlan, brought, fetched } from './parcel-life.ts';

const startMs = Date.UTC(2030, 0, 1);
const stepMs = 1_000;

/**
 * The agent's core over a real store, fed by a script on a simulated clock: for the same parcels it decides the same,
 * byte for byte.
 */
export class BenchLocker {
  readonly #config: Config;
  readonly #store: Store;
  readonly #codeChecking: Uint8Array;
  #state: State;
  #nowMs = startMs;
  #startedMs = startMs;

  constructor(store: Store, config: Config, codeChecking: Uint8Array) {
    this.#config = config;
    this.#store = store;
    this.#codeChecking = codeChecking;
    this.#state = initialState(config, initialTables(config, uuidBase(startMs, new Uint8Array(8))));
    this.#start();
  }

  /** Forgets the plan for another one, and starts anew. */
  plan(parcels: readonly BenchParcel[]): void {
    const { meta, planItems } = this.#state.tables;
    this.#store.commit({
      ...nothing,
      meta,
      planItemsEnded: [...planItems.values()],
      planItems: benchPlan(parcels, { codeChecking: this.#codeChecking, size: 'S' }),
    });
    const tables = this.#store.load();
    if (!tables) throw new Error('the store has lost its locker');
    this.#state = initialState(this.#config, tables);
    this.#startedMs = this.#nowMs;
    this.#start();
  }

  /** Lets parcels be brought, or brought and fetched; returns the number of decisions that were committed. */
  live(parcels: readonly BenchParcel[], { andFetched = true, onCommitted = (_: Change) => {} } = {}): number {
    let decisions = 0;
    for (const parcel of parcels)
      for (const part of andFetched ? [brought, fetched] : [brought]) {
        const life = part(parcel, this.#codeChecking);
        for (let next = life.next(); !next.done; ) {
          const { change, effects } = this.#take(next.value);
          if (change) {
            decisions += 1;
            onCommitted(change);
          }
          next = life.next(effects);
        }
      }
    return decisions;
  }

  #start(): void {
    this.#take({ kind: 'started', doors: new Map(this.#config.slots.map(({ slot }) => [slot, 'closed'])) });
  }

  #take(input: Input): { change: Change | null; effects: readonly Effect[] } {
    this.#nowMs += stepMs;
    const decision = decide(this.#state, input, {
      wallMs: this.#nowMs,
      monotonicMs: this.#nowMs - this.#startedMs,
      ids: uuidBase(this.#nowMs, new Uint8Array(8)),
      nonce: 'n'.repeat(22),
      random: 0.5,
    });
    if (decision.change) this.#store.commit(decision.change);
    this.#state = decision.state;
    return decision;
  }
}

const nothing = {
  lines: [],
  slots: [],
  openings: [],
  openingsEnded: [],
  planItems: [],
  planItemsEnded: [],
  redemptions: [],
  redemptionsEnded: [],
  health: [],
} as const;
