import type { FactHandler, FactHandlers } from '../events/index.ts';
import { displace } from './displace.ts';
import { doorFacts } from './door-facts.ts';
import { changeSlot, isNewer, raise } from './fact-tools.ts';
import { parcelMissed } from './missed.ts';
import { troubleFacts } from './trouble-facts.ts';

/**
 * It is known again what lies inside. A reopening's own collected or deposited fact, which follows, says what became of the
 * parcel; a technician or a sensor says no more than this, so what does not fit the records is for somebody to look into.
 */
const slotSettled: FactHandler<'slot.settled'> = (book, fact, context) => {
  const { slot: number, occupied, by } = fact;
  const slot = book.slot(number);
  const isReopening = by === 'reopening' && slot?.opening !== null;
  const misfit = changeSlot(book, fact, context, ({ occupancy, packageId }) => ({
    // Whoever collected may still look again: that it lapses is a fact of its own.
    occupancy: occupied ? 'occupied' : occupancy === 'reopenable' ? occupancy : 'empty',
    packageId: occupied || isReopening ? packageId : null,
  }));
  if (!slot || isReopening || !isNewer(context.order, slot.last)) return misfit;
  if (occupied) displace(book, number);
  if (occupied && slot.packageId === null) {
    const detail = `Slot ${number} was found occupied by a ${by}, and no parcel is known to lie in it.`;
    raise(book, fact, context, { alarm: 'problem reported', detail, slot: number });
  }
  const words = `Slot ${number} was found empty by a ${by}, and a parcel should lie in it.`;
  if (!occupied) parcelMissed(book, fact, context, { slot, words });
  return misfit;
};

/** A courier who goes on with a deposit that was cut short may take the parcel out instead: nothing but this tells of it. */
const accessEnded: FactHandler<'access.ended'> = (book, fact, context) => {
  const slot = book.slot(fact.slot);
  const isTakenBack = slot?.occupancy === 'empty' && slot.packageId !== null;
  const misfit = changeSlot(book, fact, context, ({ opening }) => ({
    opening: opening?.authorisation === fact.authorisation ? null : opening,
    ...(isTakenBack ? { packageId: null } : {}),
  }));
  const words = `The parcel that lay in slot ${fact.slot} was taken out again before it was collected.`;
  if (slot && isTakenBack) parcelMissed(book, fact, context, { slot, words });
  return misfit;
};

/** What lockers say of their slots, doors and boards. */
export const slotFacts = {
  ...doorFacts,
  ...troubleFacts,

  'access.authorised': (book, fact, context) =>
    changeSlot(book, fact, context, ({ occupancy }) => ({
      opening: { authorisation: fact.authorisation, purpose: fact.purpose, allowedBy: fact.allowedBy },
      // Any later authorisation of the slot ends a reopening.
      ...(occupancy === 'reopenable' && fact.purpose !== 'reopen' ? { occupancy: 'empty' as const } : {}),
    })),
  'access.ended': accessEnded,

  // The parcel that may lie inside stays on record: nobody has seen that it is gone.
  'slot.unsettled': (book, fact, context) =>
    changeSlot(book, fact, context, () => ({ occupancy: 'unsettled' })),
  'slot.settled': slotSettled,
  'slot.outOfService': (book, fact, context) =>
    changeSlot(book, fact, context, () => ({ faulty: true, faultReason: fact.reason })),
  'slot.inService': (book, fact, context) =>
    changeSlot(book, fact, context, () => ({ faulty: false, faultReason: null })),
  'reopening.lapsed': (book, fact, context) =>
    changeSlot(book, fact, context, ({ occupancy }) =>
      occupancy === 'reopenable' ? { occupancy: 'empty' } : undefined,
    ),
} as const satisfies Partial<FactHandlers>;
