import { join } from 'node:path';
import { BAUD_DEFAULT, type LinePlace } from './bus/line.ts';
import { type LockLine, openLockLine } from './bus/lock-line.ts';
import { type Network, openNetwork, type RelayPlan } from './bus/network.ts';
import { openScannerLine, type ScannerLine } from './bus/scanner-line.ts';
import { type Cabinet, createCabinet } from './cabinet/cabinet.ts';
import { noLockLineFaults } from './cabinet/faults.ts';
import { baudOfLine, type CabinetLayout, defaultLayout } from './cabinet/layout.ts';
import type { SavedState } from './cabinet/saved-state.ts';
import type { Clock } from './clock.ts';

/** What a cabinet is made of. */
export interface CabinetParts {
  layout: CabinetLayout;
  cabinet: Cabinet;
  /** In the order of the layout, which has at least one. */
  lockLines: readonly LockLine[];
  scannerLine: ScannerLine;
  network: Network;
  /** Stops what was opened last first. */
  stop(): Promise<void>;
}

/**
 * Where the parts are to be found. `dir` holds a terminal for each line, by the line's name; a line of kind `pty` needs
 * it.
 */
export interface PartsPlan {
  dir?: string;
  layout?: CabinetLayout;
  /** Of the lock lines for which the layout names none; `tcp` by default. */
  lockLine?: LineKind;
  scannerLine?: LineKind;
  /** TCP port of the first lock line, and of the scanner's; 0, the default: any free one. */
  lockPort?: number;
  scannerPort?: number;
  /** Of every line, whatever the layout says. */
  baud?: number;
  relays?: RelayPlan[];
}

export type LineKind = 'pty' | 'tcp' | 'memory';

/** A board whose supply sagged is back after this. */
const SAG_SILENT_MS = 1000;

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
  const lockLines: LockLine[] = [];
  const lineOf = (name: string) => lockLines.find((line) => line.name === name);
  const cabinet = createCabinet({
    clock,
    layout,
    savedDoors: saved?.doors ?? {},
    serviceSwitch: saved?.serviceSwitch ?? false,
    changed: options.changed,
    contactChanged: (terminal) => lineOf(terminal.line)?.contactChanged(terminal),
    boardSagged: ({ line, board }) => lineOf(line)?.resetBoard(board, SAG_SILENT_MS),
  });

  const stops: (() => void | Promise<void>)[] = [cabinet.stop];
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    for (const { name, baud, kind } of layout.lines) {
      const port = lockLines.length === 0 ? plan.lockPort : 0;
      const line = await openLockLine({
        ...{ clock, name, log, wiring: withRecord(cabinet) },
        place: linePlace({ kind: kind ?? plan.lockLine, port, dir: plan.dir, name }),
        baud: plan.baud ?? baudOfLine(layout, { name, baud, kind }),
        boards: layout.boards.filter((board) => board.line === name),
        faults: saved?.lockLines[name] ?? noLockLineFaults(),
      });
      lockLines.push(line);
      stops.push(line.stop);
    }
    const scannerLine = await openScannerLine({
      ...{ clock, log, baud: plan.baud ?? BAUD_DEFAULT },
      place: linePlace({ kind: plan.scannerLine, port: plan.scannerPort, dir: plan.dir, name: 'scanner' }),
      faults: saved?.scanner ?? { unplugged: false },
    });
    stops.push(scannerLine.stop);
    const network = await openNetwork(plan.relays ?? [], saved?.networkCut ?? false);
    stops.push(network.stop);
    return { layout, cabinet, lockLines, scannerLine, network, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function withRecord(cabinet: Cabinet) {
  return {
    ...cabinet,
    boardReset: (at: { line: string; board: number }) =>
      cabinet.record.addPower({ kind: 'boardReset', ...at }),
  };
}

function linePlace(wanted: {
  kind: LineKind | undefined;
  port: number | undefined;
  dir: string | undefined;
  name: string;
}): LinePlace {
  if (wanted.kind === 'memory') return { kind: 'memory', name: wanted.name };
  if (wanted.kind !== 'pty') return { kind: 'tcp', port: wanted.port ?? 0 };
  if (wanted.dir === undefined) {
    const message = `the ${wanted.name} line is to be a terminal: it needs a folder to lie in`;
    throw Object.assign(new Error(message), { code: 'DIR_NEEDED' });
  }
  return { kind: 'pty', path: join(wanted.dir, wanted.name) };
}
