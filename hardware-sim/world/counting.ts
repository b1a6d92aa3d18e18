import { type FactHandlers, type MemoryLedger, memoryLedger } from '@latchwork/server';
import type { Breach } from './promises.ts';

/** The ledger in memory, with how many facts of one locker it has committed. */
export function countingLedger(locker: string): MemoryLedger & { readonly logLength: number } {
  const memory = memoryLedger();
  let logLength = 0;
  return {
    ...memory,
    get logLength() {
      return logLength;
    },
    async commit(load, decide) {
      let added = 0;
      const result = await memory.commit(load, (books) => {
        const decided = decide(books);
        added = books.of(locker)?.changes.log.length ?? 0;
        return decided;
      });
      logLength += added;
      return result;
    },
  };
}

/** The same handlers, under the eye that each fact takes its effect once, ever. */
export function onceEach(handlers: FactHandlers, breach: Breach): FactHandlers {
  const taken = new Set<string>();
  const watched = Object.entries(handlers).map(([kind, handler]) => {
    if (typeof handler !== 'function') return [kind, handler];
    const take = handler as (book: unknown, fact: { id: string }, context: unknown) => unknown;
    const takeOnce: typeof take = (book, fact, context) => {
      if (taken.has(fact.id)) breach('I2', `the effect of ${fact.id} is taken twice`);
      taken.add(fact.id);
      return take(book, fact, context);
    };
    return [kind, takeOnce];
  });
  return Object.fromEntries(watched);
}
