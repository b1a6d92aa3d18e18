import { fitsInto, type SlotNumber, type SlotSize, slotSizes } from '@latchwork/shared';
import type { Slot, State } from '../state.ts';
import { isBlind, isUnseen } from './sight.ts';

/** Why a slot cannot take a parcel now, or undefined when it can. */
function unfit(state: State, slot: Slot): string | undefined {
  if (!state.config.slots.some((configured) => configured.slot === slot.slot)) return 'not in the cabinet';
  if (slot.occupancy !== 'empty') return slot.occupancy;
  if (slot.reopening) return 'reopenable';
  if (slot.outOfService.length > 0) return 'out of service';
  if (state.doorMemory.contents.get(slot.slot) === 'occupied') return 'occupied, says its sensor';
  if (state.plan.slots.get(slot.slot)?.inService === false) return 'blocked';
  if (state.tables.openings.has(slot.slot)) return 'in use';
  // A door that stands open, or whose board is silent, would not be known to have opened.
  if (isUnseen(state, slot.slot)) return 'door not seen';
  if (!isBlind(state, slot.slot) && state.doors.get(slot.slot) !== 'closed') return 'door not closed';
  return undefined;
}

/**
 * The slot for a parcel: the one the server wished for if it can take it, else the smallest that fits and that no
 * other booking wishes for, else the smallest that fits at all. Never one to `avoid`.
 */
export function allocate(
  state: State,
  { size, wish, avoid }: { size: SlotSize; wish: SlotNumber | undefined; avoid: readonly SlotNumber[] },
): SlotNumber | undefined {
  const wished = wish === undefined || avoid.includes(wish) ? undefined : state.tables.slots.get(wish);
  if (wished && unfit(state, wished) === undefined && fitsInto(size, sizeIn(state, wished.slot)))
    return wished.slot;
  const taken = new Set([...state.plan.bookings.values()].map((booking) => booking.slot));
  const candidates = [...state.tables.slots.values()]
    .filter((slot) => unfit(state, slot) === undefined && fitsInto(size, sizeIn(state, slot.slot)))
    .filter(({ slot }) => !avoid.includes(slot))
    .sort((a, b) => rank(state, a.slot) - rank(state, b.slot) || a.slot - b.slot);
  return (candidates.find((slot) => !taken.has(slot.slot)) ?? candidates[0])?.slot;
}

/** Whether a slot would take the parcel if only its board answered. */
export function wouldTake(state: State, size: SlotSize): boolean {
  return [...state.tables.slots.values()].some(
    (slot) => unfit(state, slot) === 'door not seen' && fitsInto(size, sizeIn(state, slot.slot)),
  );
}

export function sizeIn(state: State, slot: SlotNumber): SlotSize {
  const configured = state.config.slots.find((candidate) => candidate.slot === slot);
  if (!configured) throw new Error(`slot ${slot} is not in the cabinet`);
  return configured.size;
}

function rank(state: State, slot: SlotNumber): number {
  return slotSizes.indexOf(sizeIn(state, slot));
}
