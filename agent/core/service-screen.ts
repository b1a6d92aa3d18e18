import { unseenDoors } from './doors/sight.ts';
import type { Screen, TouchedSlot } from './screen.ts';
import type { Service, State } from './state.ts';

/** What the kiosk shows while a technician is at work. Minutes are as of the last commit, which is never over one old. */
export function serviceScreen(state: State, { user, untilPoweredMs, touched, leaving }: Service): Screen {
  const slots = touched.map((slot) => touchedSlot(state, slot));
  if (leaving) return { name: 'serviceLeaving', why: leaving, touched: slots };
  return {
    name: 'service',
    user,
    minutesLeft: minutesUntil(state, untilPoweredMs),
    touched: slots,
    unseen: unseenDoors(state).filter((slot) => !touched.includes(slot)),
  };
}

/** Whole minutes, counted up, at least 1. */
export function minutesUntil({ tables }: State, untilPoweredMs: number): number {
  return Math.max(1, Math.ceil((untilPoweredMs - tables.meta.poweredMs) / 60_000));
}

function touchedSlot(state: State, slot: number): TouchedSlot {
  return {
    slot,
    door: state.doors.get(slot) ?? 'unknown',
    recorded: state.tables.slots.get(slot)?.occupancy ?? 'unsettled',
  };
}
