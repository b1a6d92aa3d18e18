import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, type Config, sqliteStore } from '@latchwork/agent';
import { bareLoop, rowReader } from './bare-loop.ts';
import type { Bench, BenchPlace, Figures } from './bench.ts';
import { BenchLocker } from './bench-locker.ts';
import { type BenchParcel, benchParcel } from './parcel-life.ts';
import { median, rounded, spread } from './statistics.ts';

const rounds = 30;
const parcelsPerRound = 20;
const codeChecking = new Uint8Array(32).fill(7);

const config: Config = {
  lockerId: 'gb-00000000',
  version: 'bench',
  builtAtMs: Date.UTC(2030, 0, 1),
  pulseMs: 300,
  slots: Array.from({ length: 16 }, (_, index) => ({
    slot: index + 1,
    size: 'S',
    blind: false,
    board: 'board-1',
  })),
};

/** The store commits decisions; beside it, a loop that writes the same rows, and the core deciding as well. */
export const journal: Bench = {
  name: 'journal',
  says: "durable decisions a second through the agent's store, against a bare SQLite loop",
  load: `${rounds} rounds of ${parcelsPerRound} parcels brought and fetched at a 16-door locker, one transaction a decision; by turns the store alone, the bare loop, and the core deciding before the store commits`,
  reach: { ratio: "the store's decisions a second by the bare loop's", atLeast: 0.8 },
  run: measure,
};

type Runner = 'store' | 'bare' | 'deciding';
const order: readonly Runner[] = ['store', 'bare', 'deciding'];

async function measure({ folder, say }: BenchPlace): Promise<Figures> {
  const round = openRound(folder);
  const perSecond: Record<Runner, number[]> = { store: [], bare: [], deciding: [] };
  let decisions = 0;
  for (let n = 0; n < rounds; n += 1) {
    say(`round ${n + 1} of ${rounds}`);
    const parcels = Array.from({ length: parcelsPerRound }, (_, m) => benchParcel(n * parcelsPerRound + m));
    const runs = round.prepare(parcels);
    for (let turn = 0; turn < order.length; turn += 1) {
      const runner = order[(n + turn) % order.length] ?? 'store';
      const startedAt = performance.now();
      const count = runs[runner]();
      perSecond[runner].push((count * 1000) / (performance.now() - startedAt));
      decisions += count;
    }
  }
  round.close();
  const byBare = (runner: Runner) => perSecond[runner].map((rate, n) => rate / (perSecond.bare[n] ?? rate));
  return {
    ratio: rounded(median(byBare('store'))),
    ...spread('ratio', '', byBare('store')),
    ...spread('store', 'DecisionsPerSecond', perSecond.store),
    ...spread('bare', 'DecisionsPerSecond', perSecond.bare),
    ...spread('deciding', 'DecisionsPerSecond', perSecond.deciding),
    decidingRatio: rounded(median(byBare('deciding'))),
    decisions,
  };
}

/** Four databases of the same form in one folder: one for each runner, and a rehearsal that is not measured. */
function openRound(folder: string) {
  const place = (name: string) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const rehearsalStore = sqliteStore(place('rehearsal'));
  const rehearsal = new BenchLocker(rehearsalStore, config, codeChecking);
  const reader = rowReader(join(folder, 'rehearsal'));
  const store = sqliteStore(place('store'));
  const bare = bareLoop(join(place('bare'), 'agent.db'), reader.schema);
  const decidingStore = sqliteStore(place('deciding'));
  const deciding = new BenchLocker(decidingStore, config, codeChecking);
  return {
    prepare(parcels: readonly BenchParcel[]): Record<Runner, () => number> {
      rehearsal.plan(parcels);
      deciding.plan(parcels);
      const changes: Change[] = [];
      const rows: ReturnType<typeof reader.writesOf>[] = [];
      rehearsal.live(parcels, {
        onCommitted(change) {
          changes.push(change);
          rows.push(reader.writesOf(change));
        },
      });
      const transactions = bare.prepare(rows);
      return {
        store: () => {
          for (const change of changes) store.commit(change);
          return changes.length;
        },
        bare: () => {
          for (const writes of transactions) bare.commit(writes);
          return transactions.length;
        },
        deciding: () => deciding.live(parcels),
      };
    },
    close() {
      for (const open of [reader, rehearsalStore, store, bare, decidingStore]) open.close();
    },
  };
}
