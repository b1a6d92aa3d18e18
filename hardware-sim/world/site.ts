import type { Config, DoorPosition } from '@latchwork/agent';
import { createCabinet } from '../cabinet/cabinet.ts';
import type { DoorFaultsChange } from '../cabinet/faults.ts';
import { CabinetLayout } from '../cabinet/layout.ts';
import type { Clock } from '../clock.ts';

/** Ten doors; the last one is blind: its switch was never wired. */
const sizes = ['S', 'S', 'S', 'S', 'M', 'M', 'M', 'L', 'L', 'S'] as const;
export const slots: Config['slots'] = sizes.map((size, index) => ({
  slot: index + 1,
  size,
  blind: index === sizes.length - 1,
  board: 'board-1',
}));

export const pulseMs = 300;
const boardAddress = 1;
const line = 'lock';

/** The cabinet as it stands there, with what lies in it: true whatever the agent believes. */
export interface Site {
  /** Lets current through a coil. */
  drive(slot: number): void;
  /** Opens a door without the agent. */
  pry(slot: number): void;
  isOpen(slot: number): boolean;
  /** What the agent can read of a door; a switch may lie. */
  read(slot: number): DoorPosition;
  pushShut(slot: number): void;
  /** False where the door is shut or something lies inside. */
  put(slot: number, barcode: string): boolean;
  /** What was taken out; undefined where the door is shut or nothing lies inside. */
  take(slot: number): string | undefined;
  inside(slot: number): string | undefined;
  setFaults(slot: number, change: DoorFaultsChange): void;
  /** Calls back when what can be read of a door may have changed. */
  onSwitch(listener: (slot: number) => void): void;
}

export function createSite(clock: Clock): Site {
  const parcels = new Map<number, string>();
  const listeners: ((slot: number) => void)[] = [];
  const terminal = (slot: number) => ({ line, board: boardAddress, channel: slot });
  const tell = (slot: number) => {
    for (const listener of listeners) listener(slot);
  };
  const cabinet = createCabinet({
    clock,
    layout: CabinetLayout.parse({
      boards: [{ address: boardAddress, channels: 16, pulseMs }],
      doors: slots.map(({ slot, size }) => ({ number: slot, size, ...terminal(slot) })),
    }),
    contactChanged: ({ channel }) => tell(channel),
  });
  const isOpen = (slot: number) => cabinet.doors().find(({ number }) => number === slot)?.open ?? false;
  const isBlind = (slot: number) => slots.find((configured) => configured.slot === slot)?.blind ?? true;
  const drive = (slot: number) => cabinet.energise(terminal(slot), pulseMs);
  return {
    drive,
    pry: drive,
    isOpen,
    read(slot) {
      if (isBlind(slot)) return 'unknown';
      return cabinet.contactShorted(terminal(slot)) ? 'closed' : 'open';
    },
    pushShut: (slot) => void cabinet.pushShut(slot),
    put(slot, barcode) {
      if (!cabinet.moveParcel(slot, true).ok) return false;
      parcels.set(slot, barcode);
      return true;
    },
    take(slot) {
      if (!cabinet.moveParcel(slot, false).ok) return undefined;
      const barcode = parcels.get(slot);
      parcels.delete(slot);
      return barcode;
    },
    inside: (slot) => parcels.get(slot),
    setFaults(slot, change) {
      cabinet.changeDoorFaults(slot, change);
      tell(slot);
    },
    onSwitch: (listener) => void listeners.push(listener),
  };
}
