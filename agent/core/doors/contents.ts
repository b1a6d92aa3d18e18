import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Input } from '../input.ts';
import type { Parcel } from '../parcel.ts';
import type { Opening, Slot, State } from '../state.ts';
import { sizeIn } from './allocate.ts';
import { remember, withValue } from './remember.ts';
import { isInCabinet } from './sight.ts';

/** An occupancy sensor tells, at the start and whenever something changes. */
export function onContentsSeen(d: Draft, { slot, contents }: Extract<Input, { kind: 'contentsSeen' }>): void {
  if (!d.slot(slot)) return;
  const said = contents === 'unknown' ? undefined : contents;
  remember(d, { contents: withValue(d.state.doorMemory.contents, slot, said) });
  settleBySensor(d, slot);
}

/**
 * Once the door is shut and nobody is at it, the sensor says what lies in a slot of which nobody knew, and so how a
 * visit ended that was cut short. Where it contradicted a person it settles nothing.
 */
export function settleBySensor(d: Draft, slot: SlotNumber): void {
  const row = d.slot(slot);
  const contents = d.state.doorMemory.contents.get(slot);
  if (row?.occupancy !== 'unsettled' || row.disputed || !contents) return;
  if (d.opening(slot) || d.state.doors.get(slot) !== 'closed') return;
  const occupied = contents === 'occupied';
  // First what became of the parcel: to whoever reads on, an empty slot with a parcel on record is a parcel missed.
  tellCutShort(d, row, { occupied });
  d.emit({ kind: 'slot.settled', slot, occupied, by: 'sensor' });
  const settled = { ...row, cutShort: null };
  d.putSlot(
    occupied ? { ...settled, occupancy: 'occupied' } : { ...settled, occupancy: 'empty', parcel: null },
  );
}

/** What the sensor says where that is not what the person who is done here must have left; else undefined. */
export function contradiction(
  { state }: { state: State },
  opening: Opening,
): 'occupied' | 'empty' | undefined {
  if (opening.purpose === 'service') return undefined;
  const said = state.doorMemory.contents.get(opening.slot);
  const left = opening.purpose === 'deposit' && !opening.withdrawn ? 'occupied' : 'empty';
  return said === left ? undefined : said;
}

/** The deposit happened after all, or the collection did: the server hears of the parcel. */
export function tellCutShort(d: Draft, row: Slot, { occupied }: { occupied: boolean }): void {
  const { slot, cutShort, parcel } = row;
  if (!cutShort || !parcel || occupied !== (cutShort.purpose === 'deposit')) return;
  if (!isInCabinet(d.state, slot)) return;
  const { authorisation, visit, grant } = cutShort;
  const booking = parcel.booking ? { booking: parcel.booking } : {};
  if (!occupied) {
    const by = grant ? { grant } : {};
    d.emit({ kind: 'package.collected', authorisation, slot, visit, ...booking, ...by });
    d.emit({ kind: 'reopening.lapsed', slot });
  } else if (parcel.courier) {
    const { barcode, courier } = parcel;
    const size = sizeIn(d.state, slot);
    d.emit({ kind: 'package.deposited', authorisation, slot, visit, courier, barcode, ...booking, size });
  }
}

/** Its courier has come again with it in hand: wherever a deposit of it was cut short, it was not left. */
export function wasNotLeft(d: Draft, { barcode }: Parcel): void {
  for (const row of d.state.tables.slots.values())
    if (row.cutShort?.purpose === 'deposit' && row.parcel?.barcode === barcode)
      d.putSlot({ ...row, cutShort: null });
}
