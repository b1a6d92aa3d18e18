import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import type { DoorMemory } from './door-memory.ts';

/** Changes what is known of boards and doors since the start. */
export function remember(d: Draft, change: Partial<DoorMemory>): void {
  d.set({ doorMemory: { ...d.state.doorMemory, ...change } });
}

/** A map with one value put, or taken out where there is none. */
export function withValue<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): ReadonlyMap<K, V> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

/** What this opening's pulses did cannot be told any more by the door being shut. */
export function noteUnwitnessed(d: Draft, { slot, authorisation }: Opening): void {
  remember(d, { unwitnessed: withValue(d.state.doorMemory.unwitnessed, slot, authorisation) });
}
