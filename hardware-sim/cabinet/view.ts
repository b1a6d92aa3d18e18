import type { DoorState } from './cabinet.ts';
import type { DoorFaults, LockLineFaults, ScannerLineFaults } from './faults.ts';
import type { RecordEntry } from './record.ts';

/** All there is to see of a cabinet at one moment; it is what the panel's `GET /api/cabinet` answers. */
export interface CabinetView {
  doors: DoorView[];
  lines: {
    lock: { address: string } & LockLineFaults;
    scanner: { address: string } & ScannerLineFaults;
  };
  network: { cut: boolean; relays: Record<string, string> };
  /** The last of what happened, oldest first. */
  recent: readonly RecordEntry[];
  /** Texts that a person is likely to scan, for the panel's buttons. */
  quickScans: QuickScan[];
}

export interface QuickScan {
  label: string;
  text: string;
}

/** A door with its faults beside it: `jam`, `slow` and `lyingSwitch` are null where nothing is wrong. */
export type DoorView = Omit<DoorState, 'faults'> & DoorFaults;

export function viewDoor(state: DoorState): DoorView {
  const { faults, ...rest } = state;
  return { ...rest, ...faults };
}
