import type { SlotNumber } from '@latchwork/shared';
import type { State } from '../state.ts';

/** A door whose position nobody can know: no switch, or none that works. */
export function isBlind(state: State, slot: SlotNumber): boolean {
  return state.config.slots.find((configured) => configured.slot === slot)?.blind ?? false;
}

/** A door with a switch that is not read now, since its board does not answer. */
export function isUnseen(state: State, slot: SlotNumber): boolean {
  return !isBlind(state, slot) && (state.doors.get(slot) ?? 'unknown') === 'unknown';
}
