import type { LockerId, Purpose, SlotNumber, SlotSize } from '@latchwork/shared';
import { type DoorHealth, ratesOf } from './doors/health.ts';
import { isBlind } from './doors/sight.ts';
import type { DoorPosition } from './input.ts';
import { minutesUntil } from './service-screen.ts';
import type { Opening, OutOfServiceReason, Service, Slot, State } from './state.ts';

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
  /** Why the locker itself puts no parcel there; empty while in service. */
  outOfService: readonly OutOfServiceReason[];
  /** The operator put it out of use: the server's word, not the locker's. */
  blocked: boolean;
  opening: { purpose: Purpose; phase: Opening['phase']; attempt: number } | null;
  /** How its latch does of late; null where nobody knows: it was never pulsed, or never seen what became of that. */
  health: { firstOpenPercent: number; opensInMs: number | null; wearing: DoorHealth['wearing'] } | null;
  flapping: boolean;
  board: string;
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

function consoleDoor(state: State, { slot, size, board }: State['config']['slots'][number]): ConsoleDoor {
  const row = state.tables.slots.get(slot);
  const opening = state.tables.openings.get(slot);
  const health = state.tables.health.get(slot);
  return {
    slot,
    size,
    position: isBlind(state, slot) ? 'blind' : (state.doors.get(slot) ?? 'unknown'),
    contents: row?.occupancy ?? 'unsettled',
    outOfService: row?.outOfService ?? [],
    blocked: state.plan.slots.get(slot)?.inService === false,
    opening: opening ? { purpose: opening.purpose, phase: opening.phase, attempt: opening.attempts } : null,
    health: health && health.known > 0 ? recentOf(health) : null,
    flapping: state.doorMemory.flapping.has(slot),
    board,
    boardLost: state.doorMemory.boardsLost.has(board),
  };
}

function recentOf(health: DoorHealth): ConsoleDoor['health'] {
  const { firstOpenPercent, opensInMs } = ratesOf(health);
  return { firstOpenPercent, opensInMs, wearing: health.wearing };
}
