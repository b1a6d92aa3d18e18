import type { SlotNumber } from '@latchwork/shared';
import type { Opening, State } from '../state.ts';

/** A door whose position nobody can know: no switch, or none that is believed. The person's word stands for it. */
export function isBlind(state: State, slot: SlotNumber): boolean {
  return hasNoSwitch(state, slot) || state.doorMemory.flapping.has(slot);
}

/** A door with a switch that is not read now, since its board does not answer. */
export function isUnseen(state: State, slot: SlotNumber): boolean {
  return !isBlind(state, slot) && (state.doors.get(slot) ?? 'unknown') === 'unknown';
}

/** What this opening's pulses did nobody can say: its door is not seen now, or was not when it was pulsed. */
export function isUnwitnessed(state: State, { slot, authorisation, pulses }: Opening): boolean {
  const pulsedUnseen = state.doorMemory.unwitnessed.get(slot) === authorisation;
  return pulses > 0 && (isUnseen(state, slot) || (pulsedUnseen && !isBlind(state, slot)));
}

export function hasNoSwitch(state: State, slot: SlotNumber): boolean {
  return configured(state, slot)?.blind ?? false;
}

/** False for a slot that left the cabinet file: its row stays, and nothing can be opened, sized or seen there. */
export function isInCabinet(state: State, slot: SlotNumber): boolean {
  return configured(state, slot) !== undefined;
}

function configured(state: State, slot: SlotNumber) {
  return state.config.slots.find((candidate) => candidate.slot === slot);
}

/** Doors that may be opened by hand without anyone knowing: without a switch, with one that is not believed, or not read. */
export function unseenDoors(state: State): SlotNumber[] {
  return state.config.slots
    .map(({ slot }) => slot)
    .filter((slot) => isBlind(state, slot) || isUnseen(state, slot));
}
