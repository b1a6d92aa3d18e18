import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import { remember } from './remember.ts';
import { hasNoSwitch } from './sight.ts';

/*
 * Whoever reads the journal shows a door where it was last told to stand. So a door that is seen no more is told
 * unknown, and one that is seen again is told known, unless an opening or a closing that was seen says it.
 */

/** Its position cannot be told. Of a door without a switch that is no news. */
export function tellUnknown(d: Draft, slot: SlotNumber): void {
  if (hasNoSwitch(d.state, slot) || d.state.doorMemory.toldUnknown.has(slot)) return;
  noteToldUnknown(d, [slot]);
  d.emit({ kind: 'door.unknown', slot });
}

/** Another fact told that these cannot be told. */
export function noteToldUnknown(d: Draft, slots: readonly SlotNumber[]): void {
  remember(d, { toldUnknown: new Set([...d.state.doorMemory.toldUnknown, ...slots]) });
}

/** Its position can be told again. `isTold`: a fact of this very decision says it. */
export function tellKnown(
  d: Draft,
  slot: SlotNumber,
  { position, isTold }: { position: 'open' | 'closed'; isTold: boolean },
): void {
  if (!d.state.doorMemory.toldUnknown.has(slot)) return;
  const toldUnknown = new Set(d.state.doorMemory.toldUnknown);
  toldUnknown.delete(slot);
  remember(d, { toldUnknown });
  if (!isTold) d.emit({ kind: 'door.known', slot, position });
}

/** Where a door stands, once an hour is over in which it moved oftener than is told. */
export function tellAgain(d: Draft, slot: SlotNumber): void {
  const position = d.state.doors.get(slot);
  if (position === 'open' || position === 'closed') d.emit({ kind: 'door.known', slot, position });
}
