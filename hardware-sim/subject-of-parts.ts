import { applyChange, LineFaultsChange } from './cabinet/faults.ts';
import type { SavedState } from './cabinet/saved-state.ts';
import { type CabinetView, type QuickScan, viewDoor } from './cabinet/view.ts';
import type { CabinetParts } from './cabinet-parts.ts';
import type { PanelSubject } from './panel/subject.ts';
import type { Watch } from './watch.ts';

const RECENT_SHOWN = 12;

/** What the panel, a test or a program can see of a cabinet's parts and do to them. */
export function subjectOf(of: { parts: CabinetParts; watch: Watch; quickScans: QuickScan[] }): PanelSubject {
  const { parts, watch } = of;
  const { cabinet, lockLines, scannerLine, network } = parts;
  const lineOf = (name: string) => lockLines.find((line) => line.name === name);

  return {
    view: () => viewOf(parts, of.quickScans),
    record: () => ({ entries: cabinet.record.entries(), dropped: cabinet.record.dropped() }),
    pushShut: cabinet.pushShut,
    pushIn: cabinet.pushIn,
    turnKey: cabinet.turnKey,
    moveParcel: cabinet.moveParcel,
    changeDoorFaults: cabinet.changeDoorFaults,
    changeLineFaults: async (input) => {
      const change = LineFaultsChange.parse(input);
      if (change.line === 'scanner') await scannerLine.setFaults(applyChange(scannerLine.faults(), change));
      else {
        const line = lineOf(change.line);
        if (!line) return { ok: false, reason: 'there is no such line' };
        await line.setFaults(applyChange(line.faults(), change));
      }
      watch.changed();
      return { ok: true };
    },
    resetBoard: ({ line, board, silentMs }) => {
      const isThere = lineOf(line)?.resetBoard(board, silentMs) ?? false;
      return isThere ? { ok: true } : { ok: false, reason: 'there is no such board' };
    },
    setServiceSwitch: (on) => {
      if (!parts.layout.serviceSwitch) return { ok: false, reason: 'there is no service switch' };
      cabinet.setServiceSwitch(on);
      return { ok: true };
    },
    scan: scannerLine.scan,
    setNetworkCut: (cut) => {
      network.setCut(cut);
      watch.changed();
    },
    onChange: watch.onChange,
  };
}

/** What of the parts outlasts a power cut. */
export function savedFrom({ cabinet, lockLines, scannerLine, network }: CabinetParts): SavedState {
  const doors = cabinet
    .doors()
    .map(({ number, open, parcel, faults }) => [number, { open, parcel, faults }] as const);
  return {
    version: 2,
    doors: Object.fromEntries(doors),
    lockLines: Object.fromEntries(lockLines.map((line) => [line.name, line.faults()])),
    scanner: scannerLine.faults(),
    serviceSwitch: cabinet.serviceSwitch(),
    networkCut: network.cut(),
  };
}

function viewOf(parts: CabinetParts, quickScans: QuickScan[]): CabinetView {
  const { layout, cabinet, lockLines, scannerLine, network } = parts;
  return {
    doors: cabinet.doors().map((state) =>
      viewDoor(
        state,
        layout.doors.find(({ number }) => number === state.number),
      ),
    ),
    lockLines: lockLines.map((line) => ({
      name: line.name,
      address: line.address,
      baud: line.baud,
      boards: line.boards.map(({ profile, address, channels }) => ({ profile, address, channels })),
      ...line.faults(),
    })),
    scanner: { address: scannerLine.address, ...scannerLine.faults() },
    serviceSwitch: layout.serviceSwitch ? cabinet.serviceSwitch() : null,
    network: { cut: network.cut(), relays: network.addresses },
    recent: cabinet.record.last(RECENT_SHOWN),
    quickScans,
  };
}
