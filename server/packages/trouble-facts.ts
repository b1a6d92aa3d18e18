import type { SlotNumber } from '@latchwork/shared';
import type { FactContext, FactHandlers, FactOf } from '../events/index.ts';
import type { LockerBook, SlotRow } from '../ledger/index.ts';
import { changeSlot, raise } from './fact-tools.ts';

/** What lockers say of boards and supplies, and what people at the unit report. */
export const troubleFacts = {
  'agent.started': (book, fact, context) => {
    // A board that still does not answer is told again.
    for (const { slot } of book.slots)
      changeSlot(book, { ...fact, slot }, context, (row) => ({
        door: doorAtStart(row, fact.unseen),
        boardLost: false,
      }));
    return undefined;
  },
  'log.gap': (book, fact, context) => {
    const detail = `Facts ${fact.from} to ${fact.to} of incarnation ${fact.incarnation} are on neither side.`;
    raise(book, fact, context, { alarm: 'journal gap', detail });
    return undefined;
  },
  'board.lost': (book, fact, context) => {
    const detail = `Lock board ${fact.board} does not answer: ${fact.detail}`;
    raise(book, fact, context, { alarm: 'board lost', detail });
    return changeBoard(book, fact, context, { boardLost: true });
  },
  'board.back': (book, fact, context) => changeBoard(book, fact, context, { boardLost: false }),
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

/** A door that stands open is found so, which follows. Without the list nobody knows which were seen. */
function doorAtStart({ slot, door, boardLost }: SlotRow, unseen?: readonly SlotNumber[]): SlotRow['door'] {
  if (unseen) return unseen.includes(slot) ? 'unknown' : 'closed';
  return door === 'open' || boardLost ? 'unknown' : door;
}

/** Slots that are not this locker's are nobody's: the board is told of all the same. */
function changeBoard(
  book: LockerBook,
  fact: FactOf<'board.lost' | 'board.back'>,
  context: FactContext,
  change: Pick<SlotRow, 'boardLost'>,
): undefined {
  for (const slot of new Set(fact.slots))
    if (book.slot(slot)) changeSlot(book, { ...fact, slot }, context, () => change);
}
