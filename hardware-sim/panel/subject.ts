import type { ScanManner, ScanOutcome } from '../bus/scanner-line.ts';
import type { CabinetOutcome } from '../cabinet/cabinet.ts';
import type { DoorFaultsChange, LineFaultsChange } from '../cabinet/faults.ts';
import type { RecordEntry } from '../cabinet/record.ts';
import type { CabinetView } from '../cabinet/view.ts';

/** What the panel shows and works: one cabinet. Each deed is in effect once it has returned or resolved. */
export interface PanelSubject {
  view(): CabinetView;
  /** What truly happened, oldest first; `dropped` entries were older still. */
  record(): { entries: readonly RecordEntry[]; dropped: number };
  /** Resolves when the latch has taken hold, which it does only once its coil is off. */
  pushShut(door: number): Promise<CabinetOutcome>;
  /** Presses a shut door in for so long, as a person does whom the screen tells to. */
  pushIn(door: number, forMs: number): CabinetOutcome;
  /** Opens a door with a mechanical key. */
  turnKey(door: number): CabinetOutcome;
  moveParcel(door: number, goesIn: boolean): CabinetOutcome;
  changeDoorFaults(door: number, change: DoorFaultsChange): CabinetOutcome;
  changeLineFaults(change: LineFaultsChange): Promise<LineOutcome>;
  /** Its coils drop and it is silent for so long. */
  resetBoard(reset: { line: string; board: number; silentMs: number }): LineOutcome;
  setServiceSwitch(on: boolean): LineOutcome;
  /** Resolves when the last byte has left the scanner's line. */
  scan(text: string, manner?: ScanManner): Promise<ScanOutcome>;
  setNetworkCut(cut: boolean): void;
  onChange(listener: () => void): () => void;
}

export type LineOutcome =
  | { ok: true }
  | {
      ok: false;
      reason: 'there is no such line' | 'there is no such board' | 'there is no service switch';
    };
