import type { EventKind } from '@latchwork/shared';
import type { FactHandlers, FactOf } from '../events/index.ts';
import type { SlotRow } from '../ledger/index.ts';
import { changeSlot, raise } from './fact-tools.ts';
import { durationWords } from './words.ts';

/**
 * What lockers say of their doors, and how each does. A door is shown as its locker last saw it: where that can no longer
 * be told, it is unknown, and never what it was before.
 */
export const doorFacts = {
  'door.opened': (book, fact, context) => changeSlot(book, fact, context, () => stands('open')),
  'door.closed': (book, fact, context) => changeSlot(book, fact, context, () => stands('closed')),
  'door.known': (book, fact, context) => changeSlot(book, fact, context, () => stands(fact.position)),
  'door.confirmed': (book, fact, context) => changeSlot(book, fact, context, () => stands(fact.position)),
  'door.unknown': (book, fact, context) => changeSlot(book, fact, context, () => ({ door: 'unknown' })),
  'door.forced': (book, fact, context) => {
    const detail = `The door of slot ${fact.slot} opened and nobody was allowed to open it.`;
    raise(book, fact, context, { alarm: 'door forced', detail, slot: fact.slot });
    return changeSlot(book, fact, context, () => stands('open'));
  },
  'door.stuck': (book, fact, context) => {
    const times = fact.attempts === 1 ? 'attempt' : `${fact.attempts} attempts`;
    const detail = `The door of slot ${fact.slot} did not open after ${times}.`;
    raise(book, fact, context, { alarm: 'door stuck', detail, slot: fact.slot });
    return undefined;
  },
  'door.leftOpen': (book, fact, context) => {
    const since = durationWords(fact.openForMs);
    const detail =
      (fact.stage ?? 1) > 1
        ? `The door of slot ${fact.slot} is still open, after ${since}.`
        : `The door of slot ${fact.slot} has been open for ${since}.`;
    raise(book, fact, context, { alarm: 'door left open', detail, slot: fact.slot });
    return undefined;
  },
  'door.flapping': (book, fact, context) => {
    const within = durationWords(fact.withinMs);
    const detail = `The switch of slot ${fact.slot} changed ${fact.changes} times in ${within}, and is not believed.`;
    raise(book, fact, context, { alarm: 'door flapping', detail, slot: fact.slot });
    return changeSlot(book, fact, context, () => ({ door: 'unknown' }));
  },

  'door.health': (book, fact, { order }) => {
    if (!book.slot(fact.slot)) return { setAside: `this locker has no slot ${fact.slot}` };
    const { slot, day, openings, firstOpens, pulses, stuck, opensInMs } = fact;
    book.noteDoorHealth({ slot, day, openings, firstOpens, pulses, stuck, opensInMs, ...order });
    return undefined;
  },
  'latch.wearing': (book, fact, context) => {
    raise(book, fact, context, { alarm: 'latch wearing', detail: wearingWords(fact), slot: fact.slot });
    return changeSlot(book, fact, context, () => ({ wearing: fact.sign }));
  },
  'latch.recovered': (book, fact, context) => changeSlot(book, fact, context, () => ({ wearing: null })),

  'events.summarised': (book, fact, context) => {
    const { slot, summarised } = fact;
    if (slot === undefined || !positions.has(summarised)) return undefined;
    // The last of the facts that were only counted is not known.
    return changeSlot(book, { ...fact, slot }, context, () => ({ door: 'unknown' }));
  },
} as const satisfies Partial<FactHandlers>;

const positions = new Set<string>([
  ...(['door.opened', 'door.closed', 'door.known', 'door.confirmed', 'door.forced'] as const),
  ...(['door.unknown', 'door.flapping'] as const),
] satisfies FactOf<EventKind>['kind'][]);

/** A door that was seen is seen, whatever its board does. */
function stands(door: 'open' | 'closed'): Partial<SlotRow> {
  return { door, boardLost: false };
}

function wearingWords(fact: FactOf<'latch.wearing'>): string {
  const { slot, sign, firstOpenPercent, usualFirstOpenPercent, opensInMs, usualOpensInMs } = fact;
  if (sign === 'needs more attempts')
    return `The door of slot ${slot} opened at the first pulse ${firstOpenPercent} times of 100 of late, usually ${usualFirstOpenPercent}.`;
  const late = opensInMs === null ? 'opens later than it used to' : `took ${opensInMs} ms to open of late`;
  return `The door of slot ${slot} ${late}${usualOpensInMs === null ? '' : `, usually ${usualOpensInMs} ms`}.`;
}
