import type { BoardConfig } from '../boards/board-config.ts';
import type { DoorState } from './cabinet.ts';
import type { DoorFaults, LockLineFaults, ScannerLineFaults } from './faults.ts';
import type { DoorPlace } from './layout.ts';
import type { RecordEntry } from './record.ts';

/** All there is to see of a cabinet at one moment; it is what the panel's `GET /api/cabinet` answers. */
export interface CabinetView {
  doors: DoorView[];
  lockLines: LockLineView[];
  scanner: { address: string } & ScannerLineFaults;
  /** Null where none is fitted. */
  serviceSwitch: boolean | null;
  network: { cut: boolean; relays: Record<string, string> };
  /** The last of what happened, oldest first. */
  recent: readonly RecordEntry[];
  /** Texts that a person is likely to scan, for the panel's buttons. */
  quickScans: QuickScan[];
}

/** A lock line with its faults beside it. */
export type LockLineView = {
  name: string;
  address: string;
  baud: number;
  boards: Pick<BoardConfig, 'profile' | 'address' | 'channels'>[];
} & LockLineFaults;

export interface QuickScan {
  label: string;
  text: string;
}

/** A door with its faults beside it, each null, false or empty where nothing is wrong, and what it has to see with. */
export type DoorView = Omit<DoorState, 'faults'> &
  DoorFaults & { hasDoorSwitch: boolean; hasOccupancySensor: boolean };

export function viewDoor(state: DoorState, place: DoorPlace | undefined): DoorView {
  const { faults, ...rest } = state;
  const fitted = {
    hasDoorSwitch: Boolean(place?.doorSwitch),
    hasOccupancySensor: Boolean(place?.occupancy),
  };
  return { ...rest, ...fitted, ...faults };
}
