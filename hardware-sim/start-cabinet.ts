import type { MemoryHost } from './bus/memory-port.ts';
import type { RecordEntry } from './cabinet/record.ts';
import { openStateFile } from './cabinet/saved-state.ts';
import type { CabinetView, QuickScan } from './cabinet/view.ts';
import { type CabinetParts, openParts, type PartsPlan } from './cabinet-parts.ts';
import { type Clock, realClock } from './clock.ts';
import { startPanel } from './panel/start-panel.ts';
import type { PanelSubject } from './panel/subject.ts';
import { savedFrom, subjectOf } from './subject-of-parts.ts';
import { createWatch } from './watch.ts';

/** A running simulated cabinet, to be worked by hand from a test or a program. */
export interface SimulatedCabinet extends PanelSubject {
  /** Of the first lock line: `tcp://127.0.0.1:PORT`, the terminal's path, or `memory:NAME`. */
  lockLine: string;
  /** The same of every lock line, by its name. */
  lockLines: Record<string, string>;
  scannerLine: string;
  /** The host's ends of the lines of kind `memory`, by their names; the scanner's is `scanner`. */
  hosts: Record<string, MemoryHost>;
  /** Where each relay listens, by its name. */
  relays: Record<string, string>;
  /** `http://127.0.0.1:PORT`, or null without a panel. */
  panel: string | null;
  /** Calls back with every piece the host hands to a lock line, before it takes its time on the wire. */
  onLockBytes(listener: (bytes: Uint8Array, atMs: number, line: string) => void): () => void;
  /** Calls back with everything that truly happens; the record itself keeps only the last of it. */
  onRecord(listener: (entry: RecordEntry) => void): () => void;
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

/** Numbers with right check digits: a postal S10, a UPS one, and a GS1 shipping container code. */
const QUICK_SCANS_DEFAULT: QuickScan[] = [
  { label: 'Postal parcel', text: 'RB123456785GB' },
  { label: 'UPS parcel', text: '1Z5R89390357567127' },
  { label: 'Pallet label', text: '00001234500000000027' },
];

/**
 * Starts a cabinet with its lines, network and panel. Rejects, with nothing left running, with the `code` of what could
 * not be had: a port (`EADDRINUSE`), a terminal (`SOCAT_MISSING`, `LINE_PATH_TAKEN`, `LINE_NOT_READY`, `DIR_NEEDED`), a
 * readable state (`CABINET_FILE_UNREADABLE`), a folder (`FOLDER_UNUSABLE`).
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
    lockLine: parts.lockLines[0]?.address ?? '',
    lockLines: Object.fromEntries(parts.lockLines.map(({ name, address }) => [name, address])),
    scannerLine: parts.scannerLine.address,
    hosts: hostsOf(parts),
    relays: parts.network.addresses,
    panel: panel?.address ?? null,
    onLockBytes: (listener) => {
      const offs = parts.lockLines.map((line) =>
        line.onHostBytes((bytes, atMs) => listener(bytes, atMs, line.name)),
      );
      return () => {
        for (const off of offs) off();
      };
    },
    onRecord: parts.cabinet.record.onEntry,
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

function hostsOf({ lockLines, scannerLine }: CabinetParts): Record<string, MemoryHost> {
  const named = [...lockLines, { ...scannerLine, name: 'scanner' }];
  return Object.fromEntries(named.flatMap(({ name, host }) => (host ? [[name, host]] : [])));
}
