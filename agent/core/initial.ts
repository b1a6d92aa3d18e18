import { chainStart, type SlotNumber, type Uuid } from '@latchwork/shared';
import { noDoorMemory } from './doors/door-memory.ts';
import type { Config, Slot, State, Tables } from './state.ts';
import { linkAtStart } from './sync/link.ts';
import { planIndex } from './sync/plan-index.ts';

/** An empty locker: the first life of its database. */
export function initialTables(config: Config, incarnation: Uuid): Tables {
  return {
    meta: {
      lockerId: config.lockerId,
      incarnation,
      reborn: false,
      nextSeq: 1,
      head: chainStart(config.lockerId, incarnation),
      ackedSeq: 0,
      trimmedTo: 0,
      serverEpoch: 0,
      rev: 0,
      poweredMs: 0,
      floorMs: config.builtAtMs,
      floorAtPoweredMs: 0,
      codeFailures: 0,
      codeBlockedUntilPoweredMs: 0,
      visit: null,
      switchUsed: false,
    },
    slots: new Map(),
    openings: new Map(),
    planItems: new Map(),
    redemptions: new Map(),
    health: new Map(),
    service: null,
  };
}

/** The state at start: the tables as they are on disk, and nobody at the unit. Slots new in the cabinet are empty. */
export function initialState(config: Config, tables: Tables): State {
  const slots = new Map<SlotNumber, Slot>(tables.slots);
  for (const { slot } of config.slots) if (!slots.has(slot)) slots.set(slot, newSlot(slot));
  return {
    config,
    tables: { ...tables, slots },
    plan: planIndex(tables.planItems.values()),
    doors: new Map(),
    doorMemory: noDoorMemory,
    started: false,
    person: null,
    notice: null,
    link: linkAtStart,
    clock: { state: 'floor', offsetMs: null, unconfirmed: null },
    budgets: new Map(),
    poweredAtStartMs: tables.meta.poweredMs,
  };
}

function newSlot(slot: SlotNumber): Slot {
  return {
    slot,
    occupancy: 'empty',
    parcel: null,
    outOfService: [],
    reopening: null,
    cutShort: null,
    disputed: false,
  };
}
