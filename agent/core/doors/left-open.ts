import type { SlotNumber, Uuid } from '@latchwork/shared';
import type { Draft } from '../draft.ts';
import type { Opening } from '../state.ts';
import type { StandingDoor } from './door-memory.ts';
import { remember, withValue } from './remember.ts';
import { isBlind } from './sight.ts';

/** Told after so many times the policy's limit, ever more seldom: from minutes to most of a day. Then no more. */
const stages = [1, 3, 10, 30, 100, 300] as const;

/**
 * A door stands open: from now on it is told when it does so for too long, whoever or whatever opened it. An opening
 * counts anew, since another person stands there; how long the door has been open does not.
 */
export function standsOpen(d: Draft, slot: SlotNumber, authorisation: Uuid | undefined): void {
  const before = d.state.doorMemory.standing.get(slot);
  if (before) d.cancelTimer(timerId(slot, before.id));
  const sinceMs = before?.sinceMs ?? d.poweredMs;
  const door = { id: d.freshId(), sinceMs, told: 0, ...(authorisation ? { authorisation } : {}) };
  put(d, slot, door);
  d.startTimer(timerId(slot, door.id), limitMs(d));
}

export function standsNoMore(d: Draft, slot: SlotNumber): void {
  const before = d.state.doorMemory.standing.get(slot);
  if (!before) return;
  d.cancelTimer(timerId(slot, before.id));
  put(d, slot, undefined);
}

/**
 * Tells that a door is left open, and returns its opening, if it has one: nobody can wait for ever behind one door. It
 * lives on until that is shut. Of a door that cannot be seen now nothing is told.
 */
export function onLeftOpenTimer(d: Draft, slot: SlotNumber, id: Uuid): Opening | undefined {
  const door = d.state.doorMemory.standing.get(slot);
  if (door?.id !== id) return undefined;
  if (d.state.tables.service) {
    // A technician knows; what still stands open when the work is over is told then.
    d.startTimer(timerId(slot, id), limitMs(d));
    return undefined;
  }
  const opening = d.opening(slot);
  const isOpen = d.state.doors.get(slot) === 'open' || (isBlind(d.state, slot) && opening?.phase === 'open');
  const told = isOpen ? door.told + 1 : door.told;
  if (isOpen) {
    const authorisation = opening?.phase === 'open' ? opening.authorisation : door.authorisation;
    const named = authorisation ? { authorisation } : {};
    d.emit({ kind: 'door.leftOpen', slot, ...named, openForMs: d.poweredMs - door.sinceMs, stage: told });
  }
  put(d, slot, { ...door, told });
  const before = stages[told - 1] ?? 0;
  const next = stages[told];
  if (next !== undefined) d.startTimer(timerId(slot, id), limitMs(d) * (next - before));
  return opening?.phase === 'open' ? opening : undefined;
}

function put(d: Draft, slot: SlotNumber, door: StandingDoor | undefined): void {
  remember(d, { standing: withValue(d.state.doorMemory.standing, slot, door) });
}

function limitMs(d: Draft): number {
  return d.state.plan.policy.leftOpenS * 1000;
}

function timerId(slot: SlotNumber, id: Uuid): string {
  return `leftOpen:${slot}:${id}`;
}
