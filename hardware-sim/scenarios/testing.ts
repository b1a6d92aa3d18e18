import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AgentPorts,
  type DoorPosition,
  type KioskAction,
  type KioskView,
  realClock,
  run,
} from '@latchwork/agent';
import type { LockerEvent } from '@latchwork/shared';
import WebSocket from 'ws';
import { type SimulatedCabinet, startCabinet } from '../index.ts';
import { makeEnrolledFolder } from './enrolled-folder.ts';
import { patientScanner } from './patient-scanner.ts';

const baudRate = 115_200;

/**
 * A whole agent with its data folder, its kiosk and its lines, on a simulated cabinet; its server is never there. What
 * resolves when something holds does so now or later; a test that waits in vain times out.
 */
export interface WholeLocker {
  cabinet: SimulatedCabinet;
  /** The agent's data folder. */
  data: string;
  see(fits: (view: KioskView) => boolean): Promise<KioskView>;
  touch(action: KioskAction): void;
  /** The journal of this agent's life so far. */
  facts(): LockerEvent[];
  has(kind: LockerEvent['kind'], count?: number): Promise<void>;
  /** Resolves once the agent was told last that this door stands so. */
  told(slot: number, position: DoorPosition): Promise<void>;
  /** While true, the lock line is unplugged after each authorisation is committed, before its pulse leaves. */
  pullBeforePulse: boolean;
  stop(): Promise<void>;
}

export async function startLocker({
  kind = 'tcp' as 'tcp' | 'pty',
  unplugged = false,
} = {}): Promise<WholeLocker> {
  const folder = mkdtempSync(join(tmpdir(), 'lw-locker-'));
  const cabinet = await startCabinet({ dir: folder, lockLine: kind, scannerLine: kind, baud: baudRate });
  await cabinet.changeLineFaults({ unplugged });
  const { lockLine, scannerLine } = cabinet;
  makeEnrolledFolder(join(folder, 'agent'), { lockLine, scannerLine, baudRate });
  const witness = witnessOf();
  const agent = await run({
    folder: join(folder, 'agent'),
    clock: realClock(),
    logger: silent,
    around: (ports) => {
      const { store, doors } = witness.around(ports);
      const pulse: typeof doors.pulse = async (slot, pulseMs) => {
        if (locker.pullBeforePulse) await cabinet.changeLineFaults({ unplugged: true });
        // However long the line takes to come back here, it does so between two attempts.
        else await witness.told(slot, 'closed');
        return doors.pulse(slot, pulseMs);
      };
      return { ...ports, store, doors: { ...doors, pulse }, scanner: patientScanner(scannerLine, baudRate) };
    },
  });
  const kiosk = await openKiosk(agent.kioskUrl);
  const locker: WholeLocker = {
    cabinet,
    data: join(folder, 'agent'),
    see: kiosk.see,
    touch: kiosk.touch,
    facts: () => witness.facts,
    has: witness.has,
    told: witness.told,
    pullBeforePulse: false,
    async stop() {
      kiosk.close();
      await agent.stop();
      await cabinet.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return locker;
}

const silent = { info() {}, warn() {} } as unknown as Parameters<typeof run>[0]['logger'];

/** Reads along what is committed and what the doors tell. */
function witnessOf() {
  const facts: LockerEvent[] = [];
  const positions = new Map<number, DoorPosition>();
  const { until, look } = waiting();
  return {
    facts,
    has: (kind: LockerEvent['kind'], count = 1) =>
      until(() => facts.filter((fact) => fact.kind === kind).length >= count),
    told: (slot: number, position: DoorPosition) => until(() => positions.get(slot) === position),
    around: ({ store, doors }: AgentPorts): Pick<AgentPorts, 'store' | 'doors'> => ({
      store: {
        ...store,
        commit(change) {
          store.commit(change);
          for (const { line } of change.lines) facts.push(JSON.parse(line));
          look();
        },
      },
      doors: {
        ...doors,
        start: (listener) =>
          doors.start({
            ...listener,
            onDoor(slot, position) {
              listener.onDoor(slot, position);
              positions.set(slot, position);
              look();
            },
          }),
      },
    }),
  };
}

/** The kiosk through the socket that its page uses. */
async function openKiosk(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
  let view: KioskView | undefined;
  const { until, look } = waiting();
  socket.on('message', (data) => {
    view = JSON.parse(String(data));
    look();
  });
  await once(socket, 'open');
  return {
    touch: (action: KioskAction) => socket.send(JSON.stringify(action)),
    close: () => socket.terminate(),
    async see(fits: (view: KioskView) => boolean): Promise<KioskView> {
      let seen: KioskView | undefined;
      await until(() => {
        if (view && fits(view)) seen = view;
        return seen !== undefined;
      });
      return seen as KioskView;
    },
  };
}

/** Conditions that are looked at again whenever something happened. */
function waiting() {
  const looks = new Set<() => void>();
  return {
    look() {
      for (const look of [...looks]) look();
    },
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!holds()) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      }),
  };
}
