import type { LockerId, Purpose, SlotNumber, SlotSize } from '@latchwork/shared';
import { isBlind } from './doors/sight.ts';
import type { DoorPosition } from './input.ts';
import { minutesUntil } from './service-screen.ts';
import type { Opening, Service, Slot, State } from './state.ts';

/** What the console shows a technician: all of it, every time. */
export interface ConsoleView {
  lockerId: LockerId;
  /** False while the doors are being read. */
  started: boolean;
  /** Who stands at the unit now. */
  visitor: 'recipient' | 'courier' | null;
  service: (Pick<Service, 'by' | 'user' | 'leaving'> & { minutesLeft: number; touched: SlotNumber[] }) | null;
  doors: ConsoleDoor[];
}

export interface ConsoleDoor {
  slot: SlotNumber;
  size: SlotSize;
  /** `blind`: no switch tells of it. */
  position: DoorPosition | 'blind';
  contents: Slot['occupancy'];
  /** Why it takes no parcels, or null. */
  outOfService: string | null;
  opening: { purpose: Purpose; phase: Opening['phase']; attempt: number } | null;
  /** Null where the cabinet does not say. */
  board: string | null;
  boardLost: boolean;
}

export function consoleView(state: State): ConsoleView {
  const { service } = state.tables;
  return {
    lockerId: state.config.lockerId,
    started: state.started,
    visitor: state.person?.kind ?? null,
    service: service && {
      by: service.by,
      user: service.user,
      leaving: service.leaving,
      minutesLeft: minutesUntil(state, service.untilPoweredMs),
      touched: [...service.touched],
    },
    doors: state.config.slots.map((configured) => consoleDoor(state, configured)),
  };
}

function consoleDoor(state: State, { slot, size }: State['config']['slots'][number]): ConsoleDoor {
  const row = state.tables.slots.get(slot);
  const opening = state.tables.openings.get(slot);
  return {
    slot,
    size,
    position: isBlind(state, slot) ? 'blind' : (state.doors.get(slot) ?? 'unknown'),
    contents: row?.occupancy ?? 'unsettled',
    outOfService: row?.faulty ? 'out of service' : null,
    opening: opening ? { purpose: opening.purpose, phase: opening.phase, attempt: opening.attempts } : null,
    board: null,
    boardLost: false,
  };
}
