import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import { remember } from './remember.ts';
import { hasNoSwitch } from './sight.ts';

/*
 * Whoever reads the journal shows a door where it was last told to stand, and as unknown while its board is lost. So a
 * door that is seen no more is told unknown, and one that is seen again is told known, unless an opening or a closing
 * that was seen says it.
 */

/** Its position cannot be told. Of a door without a switch that is no news, and of a lost board's doors its own fact tells. */
export function tellUnknown(d: Draft, slot: SlotNumber): void {
  const { toldUnknown, toldLost } = d.state.doorMemory;
  if (hasNoSwitch(d.state, slot) || toldUnknown.has(slot) || toldLost.has(slot)) return;
  noteToldUnknown(d, [slot]);
  d.emit({ kind: 'door.unknown', slot });
}

/** Another fact told that these cannot be told. */
export function noteToldUnknown(d: Draft, slots: readonly SlotNumber[]): void {
  remember(d, { toldUnknown: new Set([...d.state.doorMemory.toldUnknown, ...slots]) });
}

/** The board of these was told lost, or back. */
export function noteToldLost(d: Draft, slots: readonly SlotNumber[], isLost: boolean): void {
  const { toldLost } = d.state.doorMemory;
  remember(d, { toldLost: isLost ? new Set([...toldLost, ...slots]) : without(toldLost, slots) });
}

/** Its position can be told again. `isTold`: a fact of this very decision says it. */
export function tellKnown(
  d: Draft,
  slot: SlotNumber,
  { position, isTold }: { position: 'open' | 'closed'; isTold: boolean },
): void {
  const { toldUnknown, toldLost } = d.state.doorMemory;
  if (!toldUnknown.has(slot) && !toldLost.has(slot)) return;
  remember(d, { toldUnknown: without(toldUnknown, [slot]), toldLost: without(toldLost, [slot]) });
  if (!isTold) d.emit({ kind: 'door.known', slot, position });
}

/** Where a door stands, once an hour is over in which it moved oftener than is told: the reader takes it for unknown. */
export function tellAgain(d: Draft, slot: SlotNumber): void {
  noteToldUnknown(d, [slot]);
  const position = d.state.doors.get(slot);
  if (position === 'open' || position === 'closed') tellKnown(d, slot, { position, isTold: false });
}

function without(slots: ReadonlySet<SlotNumber>, gone: readonly SlotNumber[]): ReadonlySet<SlotNumber> {
  return new Set([...slots].filter((slot) => !gone.includes(slot)));
}
