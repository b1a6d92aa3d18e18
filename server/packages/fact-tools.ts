import { type Alarm, type LockerEvent, limits, type SlotNumber, type UnixMs } from '@latchwork/shared';
import type { FactContext, Misfit } from '../events/index.ts';
import type { FactOrder, LockerBook, SlotRow } from '../ledger/index.ts';

/** Facts may be heard out of order; an older one never undoes a newer one. */
export function isNewer(fact: FactOrder, last: FactOrder): boolean {
  return fact.ordinal === last.ordinal ? fact.seq > last.seq : fact.ordinal > last.ordinal;
}

/** When a fact happened: as its locker says, unless that cannot be. */
export function whenOf(fact: LockerEvent, { receivedAtMs }: FactContext): UnixMs {
  return fact.clock === 'suspect' ? receivedAtMs : Math.min(fact.at, receivedAtMs);
}

/**
 * Applies what a fact says of its slot, unless the slot already took a newer one.
 *
 * @param change yields what is different now, or undefined for nothing
 */
export function changeSlot(
  book: LockerBook,
  fact: LockerEvent & { slot: SlotNumber },
  context: FactContext,
  change: (slot: SlotRow) => Partial<SlotRow> | undefined,
): Misfit | undefined {
  const slot = book.slot(fact.slot);
  if (!slot) return { setAside: `this locker has no slot ${fact.slot}` };
  if (!isNewer(context.order, slot.last)) return undefined;
  const changes = change(slot);
  if (changes) book.putSlot({ ...slot, ...changes, last: context.order, changedAt: whenOf(fact, context) });
  return undefined;
}

/** An alarm under the fact's own id; a second one for the same fact under an id of its own. */
export function raise(
  book: LockerBook,
  fact: LockerEvent,
  context: FactContext,
  { alarm, detail, slot }: { alarm: Alarm; detail: string; slot?: SlotNumber | undefined },
): void {
  const isSecond = book.changes.alarms.some(({ id }) => id === fact.id);
  book.raise({
    v: 1,
    id: isSecond ? context.newId() : fact.id,
    locker: book.lockerId,
    ...(slot === undefined ? {} : { slot }),
    alarm,
    at: whenOf(fact, context),
    detail: detail.slice(0, limits.textCharactersMax).toWellFormed(),
  });
}
