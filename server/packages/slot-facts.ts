import type { FactHandlers } from '../events/index.ts';
import { changeSlot, raise } from './fact-tools.ts';

/** What lockers say of their slots and doors. */
export const slotFacts = {
  'access.authorised': (book, fact, context) =>
    changeSlot(book, fact, context, ({ occupancy }) => ({
      opening: { authorisation: fact.authorisation, purpose: fact.purpose, allowedBy: fact.allowedBy },
      // Any later authorisation of the slot ends a reopening.
      ...(occupancy === 'reopenable' && fact.purpose !== 'reopen' ? { occupancy: 'empty' as const } : {}),
    })),
  'access.ended': (book, fact, context) =>
    changeSlot(book, fact, context, ({ opening }) =>
      opening?.authorisation === fact.authorisation ? { opening: null } : undefined,
    ),

  'door.opened': (book, fact, context) => changeSlot(book, fact, context, () => ({ door: 'open' })),
  'door.closed': (book, fact, context) => changeSlot(book, fact, context, () => ({ door: 'closed' })),
  'door.confirmed': (book, fact, context) => changeSlot(book, fact, context, () => ({ door: fact.position })),
  'door.stuck': (book, fact, context) => {
    const detail = `The door of slot ${fact.slot} did not open after ${fact.attempts} attempts.`;
    raise(book, fact, context, { alarm: 'door stuck', detail, slot: fact.slot });
    return undefined;
  },
  'door.forced': (book, fact, context) => {
    const detail = `The door of slot ${fact.slot} opened and nobody was allowed to open it.`;
    raise(book, fact, context, { alarm: 'door forced', detail, slot: fact.slot });
    return changeSlot(book, fact, context, () => ({ door: 'open' }));
  },
  'door.leftOpen': (book, fact, context) => {
    const seconds = Math.round(fact.openForMs / 1000);
    const detail = `The door of slot ${fact.slot} has been open for ${seconds} seconds.`;
    raise(book, fact, context, { alarm: 'door left open', detail, slot: fact.slot });
    return undefined;
  },

  'slot.unsettled': (book, fact, context) =>
    changeSlot(book, fact, context, () => ({ occupancy: 'unsettled' })),
  'slot.settled': (book, fact, context) =>
    changeSlot(book, fact, context, ({ packageId }) => {
      if (fact.occupied) return { occupancy: 'occupied' };
      // A reopening's own collected or deposited fact, which follows, says what became of the parcel.
      if (fact.by === 'reopening' || packageId === null) return { occupancy: 'empty' };
      const detail = `Slot ${fact.slot} was found empty, and a parcel should lie in it.`;
      raise(book, fact, context, { alarm: 'problem reported', detail, slot: fact.slot });
      return { occupancy: 'empty', packageId: null };
    }),
  'slot.outOfService': (book, fact, context) => changeSlot(book, fact, context, () => ({ faulty: true })),
  'slot.inService': (book, fact, context) => changeSlot(book, fact, context, () => ({ faulty: false })),
  'reopening.lapsed': (book, fact, context) =>
    changeSlot(book, fact, context, ({ occupancy }) =>
      occupancy === 'reopenable' ? { occupancy: 'empty' } : undefined,
    ),

  'problem.reported': (book, fact, context) => {
    const where = fact.slot === undefined ? 'The locker' : `Slot ${fact.slot}`;
    const detail = `${where}: ${fact.problem}.`;
    raise(book, fact, context, { alarm: 'problem reported', detail, slot: fact.slot });
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
  'door.flapping': (book, fact, context) => {
    const seconds = Math.ceil(fact.withinMs / 1000);
    const detail = `The switch of slot ${fact.slot} changed ${fact.changes} times in ${seconds} seconds.`;
    raise(book, fact, context, { alarm: 'door flapping', detail, slot: fact.slot });
    return undefined;
  },
  'latch.wearing': (book, fact, context) => {
    const rate = `opened at the first pulse ${fact.firstOpenPercent} times of 100, before ${fact.usualFirstOpenPercent}`;
    const time =
      fact.opensInMs === null || fact.usualOpensInMs === null
        ? ''
        : `; took ${fact.opensInMs} ms, before ${fact.usualOpensInMs} ms`;
    const detail = `The door of slot ${fact.slot} ${rate}${time}.`;
    raise(book, fact, context, { alarm: 'latch wearing', detail, slot: fact.slot });
    return undefined;
  },
} as const satisfies Partial<FactHandlers>;
