import { applyChange, LineFaultsChange } from './cabinet/faults.ts';
import type { RecordEntry } from './cabinet/record.ts';
import { openStateFile, type SavedState } from './cabinet/saved-state.ts';
import { type CabinetView, type QuickScan, viewDoor } from './cabinet/view.ts';
import { type CabinetParts, openParts, type PartsPlan } from './cabinet-parts.ts';
import { type Clock, realClock } from './clock.ts';
import { startPanel } from './panel/start-panel.ts';
import type { PanelSubject } from './panel/subject.ts';
import { createWatch, type Watch } from './watch.ts';

/** A running simulated cabinet, to be worked by hand from a test or a program. */
export interface SimulatedCabinet extends PanelSubject {
  /** `tcp://127.0.0.1:PORT` or the terminal's path. */
  lockLine: string;
  scannerLine: string;
  /** Where each relay listens, by its name. */
  relays: Record<string, string>;
  /** `http://127.0.0.1:PORT`, or null without a panel. */
  panel: string | null;
  /** Calls back with every piece the host hands to the lock line, before it takes its time on the wire. */
  onLockBytes(listener: (bytes: Uint8Array, atMs: number) => void): () => void;
  /**
   * Resolves with the view as soon as `holds` is true of it, now or after a change. Rejects with code `WAITED_IN_VAIN`
   * after `timeoutMs` (10 s).
   */
  waitFor(
    holds: (view: CabinetView, record: readonly RecordEntry[]) => boolean,
    timeoutMs?: number,
  ): Promise<CabinetView>;
  stop(): Promise<void>;
}

/** `dir` keeps `cabinet.json`, too; without it nothing outlasts the cabinet. No `panelPort`: no panel. */
export interface CabinetOptions extends PartsPlan {
  clock?: Clock;
  panelPort?: number;
  /** The panel's scan buttons; by default a few tracking numbers of well-known forms. */
  quickScans?: QuickScan[];
  log?: (message: string) => void;
}

const WAIT_MS_DEFAULT = 10_000;
const RECENT_SHOWN = 12;

/** Numbers with right check digits: a postal S10, a UPS one, and a GS1 shipping container code. */
const QUICK_SCANS_DEFAULT: QuickScan[] = [
  { label: 'Postal parcel', text: 'RB123456785GB' },
  { label: 'UPS parcel', text: '1Z5R89390357567127' },
  { label: 'Pallet label', text: '00001234500000000027' },
];

/**
 * Starts a cabinet with its lines, network and panel. Rejects, with nothing left running, with the `code` of what could
 * not be had: a port (`EADDRINUSE`), a terminal (`SOCAT_MISSING`, `LINE_PATH_TAKEN`, `LINE_NOT_READY`, `DIR_NEEDED`), a
 * readable state (`CABINET_FILE_UNREADABLE`).
 */
export async function startCabinet(options: CabinetOptions = {}): Promise<SimulatedCabinet> {
  const { clock = realClock(), log = () => {} } = options;
  const stateFile = options.dir === undefined ? null : openStateFile(options.dir);
  const saved = stateFile?.load() ?? null;
  const watch = createWatch(clock);
  const parts = await openParts({ clock, plan: options, saved, changed: watch.changed, log });
  const subject = subjectOf({ parts, watch, quickScans: options.quickScans ?? QUICK_SCANS_DEFAULT });
  watch.onChange(() => stateFile?.save(savedFrom(parts)));

  const panel =
    options.panelPort === undefined
      ? null
      : await startPanel({ subject, port: options.panelPort, log }).catch(async (error) => {
          await parts.stop();
          throw error;
        });

  return {
    ...subject,
    lockLine: parts.lockLine.address,
    scannerLine: parts.scannerLine.address,
    relays: parts.network.addresses,
    panel: panel?.address ?? null,
    onLockBytes: parts.lockLine.onHostBytes,
    waitFor: async (holds, timeoutMs = WAIT_MS_DEFAULT) => {
      const held = () => holds(subject.view(), subject.record().entries);
      await watch.until(held, timeoutMs, () => JSON.stringify(subject.view()));
      return subject.view();
    },
    stop: async () => {
      await panel?.stop();
      await parts.stop();
    },
  };
}

function subjectOf(of: { parts: CabinetParts; watch: Watch; quickScans: QuickScan[] }): PanelSubject {
  const { watch, quickScans } = of;
  const { cabinet, lockLine, scannerLine, network } = of.parts;
  return {
    view: () => ({
      doors: cabinet.doors().map(viewDoor),
      lines: {
        lock: { address: lockLine.address, ...lockLine.faults() },
        scanner: { address: scannerLine.address, ...scannerLine.faults() },
      },
      network: { cut: network.cut(), relays: network.addresses },
      recent: cabinet.record.last(RECENT_SHOWN),
      quickScans,
    }),
    record: () => ({ entries: cabinet.record.entries(), dropped: cabinet.record.dropped() }),
    pushShut: cabinet.pushShut,
    moveParcel: cabinet.moveParcel,
    changeDoorFaults: cabinet.changeDoorFaults,
    changeLineFaults: async (input) => {
      const change = LineFaultsChange.parse(input);
      if (change.line === 'scanner') await scannerLine.setFaults(applyChange(scannerLine.faults(), change));
      else await lockLine.setFaults(applyChange(lockLine.faults(), change));
      watch.changed();
    },
    scan: scannerLine.scan,
    setNetworkCut: (cut) => {
      network.setCut(cut);
      watch.changed();
    },
    onChange: watch.onChange,
  };
}

function savedFrom(parts: CabinetParts): SavedState {
  const doors = parts.cabinet
    .doors()
    .map(({ number, open, parcel, faults }) => [number, { open, parcel, faults }]);
  return {
    version: 1,
    doors: Object.fromEntries(doors),
    lines: { lock: parts.lockLine.faults(), scanner: parts.scannerLine.faults() },
    networkCut: parts.network.cut(),
  };
}
