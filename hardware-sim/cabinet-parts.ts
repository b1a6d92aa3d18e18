import { join } from 'node:path';
import { BAUD_DEFAULT, type LinePlace } from './bus/line.ts';
import { type LockLine, openLockLine } from './bus/lock-line.ts';
import { type Network, openNetwork, type RelayPlan } from './bus/network.ts';
import { openScannerLine, type ScannerLine } from './bus/scanner-line.ts';
import { type Cabinet, createCabinet, type Terminal } from './cabinet/cabinet.ts';
import { noLockLineFaults } from './cabinet/faults.ts';
import { type CabinetLayout, defaultLayout } from './cabinet/layout.ts';
import type { SavedState } from './cabinet/saved-state.ts';
import type { Clock } from './clock.ts';

/** What a cabinet is made of. */
export interface CabinetParts {
  cabinet: Cabinet;
  lockLine: LockLine;
  scannerLine: ScannerLine;
  network: Network;
  /** Stops what was opened last first. */
  stop(): Promise<void>;
}

/** Where the parts are to be found. `dir` holds the terminals `lock` and `scanner`; a line of kind `pty` needs it. */
export interface PartsPlan {
  dir?: string;
  layout?: CabinetLayout;
  lockLine?: LineKind;
  scannerLine?: LineKind;
  /** TCP ports of the lines; 0, the default: any free one. */
  lockPort?: number;
  scannerPort?: number;
  baud?: number;
  relays?: RelayPlan[];
}

export type LineKind = 'pty' | 'tcp';

/** Opens every part as it was saved; rejects with nothing left open when one of them cannot be had. */
export async function openParts(options: {
  clock: Clock;
  plan: PartsPlan;
  saved: SavedState | null;
  changed: () => void;
  log: (message: string) => void;
}): Promise<CabinetParts> {
  const { clock, plan, saved, log } = options;
  const layout = plan.layout ?? defaultLayout();
  const line = { clock, baud: plan.baud ?? BAUD_DEFAULT, log };
  let tellBoard = (_terminal: Terminal) => {};
  const cabinet = createCabinet({
    clock,
    layout,
    savedDoors: saved?.doors ?? {},
    changed: options.changed,
    contactChanged: (terminal) => tellBoard(terminal),
  });

  const stops: (() => void | Promise<void>)[] = [cabinet.stop];
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    const lockLine = await openLockLine({
      ...line,
      place: linePlace({ kind: plan.lockLine, port: plan.lockPort, dir: plan.dir, name: 'lock' }),
      boards: layout.boards,
      faults: saved?.lines.lock ?? noLockLineFaults(),
      wiring: cabinet,
    });
    stops.push(lockLine.stop);
    tellBoard = lockLine.contactChanged;
    const scannerLine = await openScannerLine({
      ...line,
      place: linePlace({ kind: plan.scannerLine, port: plan.scannerPort, dir: plan.dir, name: 'scanner' }),
      faults: saved?.lines.scanner ?? { unplugged: false },
    });
    stops.push(scannerLine.stop);
    const network = await openNetwork(plan.relays ?? [], saved?.networkCut ?? false);
    stops.push(network.stop);
    return { cabinet, lockLine, scannerLine, network, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function linePlace(wanted: {
  kind: LineKind | undefined;
  port: number | undefined;
  dir: string | undefined;
  name: string;
}): LinePlace {
  if (wanted.kind !== 'pty') return { kind: 'tcp', port: wanted.port ?? 0 };
  if (wanted.dir === undefined) {
    const message = `the ${wanted.name} line is to be a terminal: it needs a folder to lie in`;
    throw Object.assign(new Error(message), { code: 'DIR_NEEDED' });
  }
  return { kind: 'pty', path: join(wanted.dir, wanted.name) };
}
