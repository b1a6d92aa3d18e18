import { type FactHandlers, type MemoryLedger, memoryLedger } from '@latchwork/server';
import type { Uuid } from '@latchwork/shared';
import type { Breach } from './promises.ts';
import type { Wiring } from './wiring.ts';

/** The ledger in memory, with how many facts of each incarnation it ever had, though it may have been restored since. */
export type CountingLedger = MemoryLedger & { everHad(incarnation: Uuid): number };

export function countingLedger(locker: string, { forgetsEffects }: Wiring): CountingLedger {
  const memory = memoryLedger();
  const ever = new Map<Uuid, number>();
  return {
    ...memory,
    everHad: (incarnation) => ever.get(incarnation) ?? 0,
    async commit(load, decide) {
      const decided = (books: Parameters<typeof decide>[0]) =>
        decide(forgetsEffects ? { ...books, takeEffect: (event) => books.takeEffect(event) || true } : books);
      const { result, rows } = await memory.commit(load, (books) => {
        const result = decided(books);
        return { result, rows: books.of(locker)?.incarnations ?? [] };
      });
      for (const { incarnation, nextSeq } of rows)
        ever.set(incarnation, Math.max(ever.get(incarnation) ?? 0, nextSeq - 1));
      return result;
    },
  };
}

/** The same handlers, under the eye that each fact takes its effect once in every state of the database. */
export class OnceEach {
  readonly handlers: FactHandlers;
  #taken = new Set<string>();

  constructor(handlers: FactHandlers, breach: Breach) {
    const watched = Object.entries(handlers).map(([kind, handler]) => {
      if (typeof handler !== 'function') return [kind, handler];
      const take = handler as (book: unknown, fact: { id: string }, context: unknown) => unknown;
      const takeOnce: typeof take = (book, fact, context) => {
        if (this.#taken.has(fact.id)) breach('I2', `the effect of ${fact.id} is taken twice`);
        this.#taken.add(fact.id);
        return take(book, fact, context);
      };
      return [kind, takeOnce];
    });
    this.handlers = Object.fromEntries(watched);
  }

  /** The database was restored, and has taken these effects. */
  restored(effects: readonly Uuid[]): void {
    this.#taken = new Set(effects);
  }
}
