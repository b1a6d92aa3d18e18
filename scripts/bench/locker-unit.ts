import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CabinetFile, type Config, sqliteStore } from '@latchwork/agent';
import { CabinetLayout, type SimulatedCabinet, startCabinet } from '@latchwork/hardware-sim';
import { deriveLockerKeys } from '@latchwork/shared';
import type { Child } from '../start/child.ts';
import { findTools } from '../tools.ts';
import type { BenchPlace } from './bench.ts';
import { startBenchChild } from './bench-child.ts';
import { BenchLocker } from './bench-locker.ts';
import { type BenchParcel, benchParcel } from './parcel-life.ts';

const root = resolve(import.meta.dirname, '../..');
const lockerKey = Buffer.alloc(32, 7);
/** Nobody listens there: a locker that never reaches a server. */
const brokerUrl = 'mqtt://127.0.0.1:9';
/** The command that drives a coil, of the "8A" boards. */
const unlockHeader = 0x8a;
const pulseWithinMs = 10_000;

/** An enrolled locker with parcels in its slots, the cabinet that it drives, and its agent as a real process. */
export interface LockerUnit {
  readonly parcels: readonly BenchParcel[];
  readonly line: 'pty' | 'tcp';
  readonly cabinet: SimulatedCabinet;
  /** @param program below the root: the agent, or a program that wraps it */
  startAgent(program?: string): Promise<Child & { kiosk: string }>;
  /**
   * Resolves when the first byte of a pulse frame reaches the line, with its door and `performance` time here; rejects
   * after ten seconds.
   */
  nextPulse(): Promise<{ door: number; atMs: number }>;
}

export interface UnitOptions {
  place: BenchPlace;
  doors: number;
  /** Of the simulated board. */
  pulseMs: number;
}

/** As many parcels as doors, one in each slot, brought through the agent's own core and store. */
export async function openUnit({ place, doors, pulseMs }: UnitOptions): Promise<LockerUnit> {
  const { folder, atEnd } = place;
  const line = findTools().socat === null ? 'tcp' : 'pty';
  const parcels = Array.from({ length: doors }, (_, n) => benchParcel(n));
  mkdirSync(join(folder, 'cabinet'));
  const cabinet = await startCabinet({
    dir: join(folder, 'cabinet'),
    lockLine: line,
    layout: CabinetLayout.parse({
      boards: [{ address: 1, channels: doors, pulseMs }],
      doors: Array.from({ length: doors }, (_, n) => ({
        number: n + 1,
        size: 'S',
        board: 1,
        channel: n + 1,
      })),
    }),
  });
  const data = join(folder, 'agent');
  atEnd(cabinet.stop);
  enrol(data, { parcels, file: cabinetFile(cabinet.lockLine, doors, pulseMs) });
  const pulses: ((pulse: { door: number; atMs: number }) => void)[] = [];
  cabinet.onLockBytes((bytes, atUnixMs) => {
    if (bytes[0] !== unlockHeader) return;
    const pulse = { door: bytes[2] ?? 0, atMs: atUnixMs - performance.timeOrigin };
    for (const tell of pulses.splice(0)) tell(pulse);
  });
  return {
    parcels,
    line,
    cabinet,
    async startAgent(program = 'agent/main.ts') {
      const args = [join(root, program), 'run', '--data', data, '--kiosk-port', '0'];
      const child = await startBenchChild(place, { name: 'agent', args });
      return { ...child, kiosk: String(child.ready.kiosk) };
    },
    nextPulse: () =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => reject(new Error('no door was driven')), pulseWithinMs);
        pulses.push((pulse) => {
          clearTimeout(giveUp);
          resolve(pulse);
        });
      }),
  };
}

/** What enrolling and a few deposits leave in the agent's folder. */
function enrol(
  data: string,
  { parcels, file }: { parcels: readonly BenchParcel[]; file: CabinetFile },
): void {
  mkdirSync(data, { mode: 0o700 });
  const config: Config = {
    lockerId: 'gb-00000000',
    version: 'bench',
    builtAtMs: Date.UTC(2030, 0, 1),
    pulseMs: 300,
    slots: file.slots.map(({ number, size, board }) => ({ slot: number, size, board, blind: false })),
  };
  const store = sqliteStore(data);
  const locker = new BenchLocker(store, config, deriveLockerKeys(lockerKey).codeChecking);
  locker.plan(parcels);
  locker.live(parcels, { andFetched: false });
  store.close();
  const write = (name: string, content: object) =>
    writeFileSync(join(data, name), JSON.stringify(content), { mode: 0o600 });
  write('locker.key', { lockerId: config.lockerId, lockerKey: lockerKey.toString('base64url') });
  write('agent.json', { brokerUrl, kioskPort: 0, cabinet: file });
}

function cabinetFile(url: string, doors: number, pulseMs: number): CabinetFile {
  return CabinetFile.parse({
    lines: [{ name: 'locks', url }],
    boards: [{ name: 'board-1', profile: 'bcc8a', line: 'locks', address: 1, channels: doors, pulseMs }],
    slots: Array.from({ length: doors }, (_, n) => ({
      number: n + 1,
      board: 'board-1',
      channel: n + 1,
      size: 'S',
    })),
  });
}
