import type { SlotNumber } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import type { EndedOpening } from './door-memory.ts';
import { standsOpen } from './left-open.ts';
import { remember, withValue } from './remember.ts';

/** A latch that was freed springs within seconds; a person who pushes and pulls at the door takes a minute at most. */
const lateOpeningMs = 60_000;

/** Keeps an opening in mind that ended although its door may still open from it. */
export function keepInMind(d: Draft, opening: Opening, { untilSeen }: { untilSeen: boolean }): void {
  const { slot, authorisation, visit, purpose, allowedBy, parcel } = opening;
  put(d, slot, { slot, authorisation, visit, purpose, allowedBy, parcel, untilSeen });
}

/** A new opening has begun: whatever its door does now belongs to that. */
export function forgetEnded(d: Draft, slot: SlotNumber): void {
  if (d.state.doorMemory.lately.has(slot)) put(d, slot, undefined);
}

/** The ended opening that a door opening now belongs to, if one does. */
export function lateOpeningOf(
  d: Draft,
  slot: SlotNumber,
  afterPulseMs: number | undefined,
): EndedOpening | undefined {
  const ended = d.state.doorMemory.lately.get(slot);
  if (!ended || ended.untilSeen) return ended;
  const pulsedMs = d.state.tables.health.get(slot)?.lastPulsedPoweredMs ?? Number.NEGATIVE_INFINITY;
  return (afterPulseMs ?? d.poweredMs - pulsedMs) <= lateOpeningMs ? ended : undefined;
}

/** It was not forced: its own pulse opened it, too late for the person it was for. Who used it, nobody knows. */
export function openedLate(
  d: Draft,
  slot: SlotNumber,
  { authorisation, parcel }: EndedOpening,
  afterPulseMs: number | undefined,
): void {
  put(d, slot, undefined);
  const timed = afterPulseMs === undefined ? {} : { afterMs: afterPulseMs };
  d.emit({ kind: 'door.opened', slot, authorisation, atStart: false, ...timed });
  standsOpen(d, slot, authorisation);
  const row = d.slot(slot);
  if (!row || row.occupancy === 'unsettled') return;
  d.putSlot({ ...row, occupancy: 'unsettled', parcel: parcel ?? row.parcel });
  d.emit({ kind: 'slot.unsettled', slot, authorisation });
}

/** Seen shut for the first time since the start: an opening of before opens it no more. */
export function seenShut(d: Draft, slot: SlotNumber): void {
  if (d.state.doorMemory.lately.get(slot)?.untilSeen) put(d, slot, undefined);
}

function put(d: Draft, slot: SlotNumber, ended: EndedOpening | undefined): void {
  remember(d, { lately: withValue(d.state.doorMemory.lately, slot, ended) });
}
