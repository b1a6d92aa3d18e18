import type { FactHandlers } from '../events/index.ts';
import { changeSlot, raise } from './fact-tools.ts';

/** What lockers say of boards and supplies, and what people at the unit report. */
export const troubleFacts = {
  'agent.started': (book, fact, context) => {
    // A door that stood open may have been shut meanwhile; one that still does is found so, which follows.
    for (const { slot, door } of book.slots)
      if (door === 'open') changeSlot(book, { ...fact, slot }, context, () => ({ door: 'unknown' }));
    return undefined;
  },
  'board.lost': (book, fact, context) => {
    const detail = `Lock board ${fact.board} does not answer: ${fact.detail}`;
    raise(book, fact, context, { alarm: 'board lost', detail });
    return undefined;
  },
  'board.noisy': (book, fact, context) => {
    raise(book, fact, context, { alarm: 'line noisy', detail: `Lock board ${fact.board}: ${fact.detail}` });
    return undefined;
  },
  'supply.sagged': (book, fact, context) => {
    const detail = `Supply ${fact.supply}, seen at lock board ${fact.board}: ${fact.detail}`;
    raise(book, fact, context, { alarm: 'supply sagging', detail });
    return undefined;
  },
  'problem.reported': (book, fact, context) => {
    const where = fact.slot === undefined ? 'The locker' : `Slot ${fact.slot}`;
    const detail = `${where}: ${fact.problem}.`;
    raise(book, fact, context, { alarm: 'problem reported', detail, slot: fact.slot });
    return undefined;
  },
} as const satisfies Partial<FactHandlers>;
