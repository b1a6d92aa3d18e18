import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { startSocat, stopSocat } from './socat.ts';

/** Keeps one `socat` running while it is wanted. */
export interface SocatKeeper {
  /** Resolves when the terminal is there; rejects as {@link startSocat} does, and then none is wanted any more. */
  start(): Promise<void>;
  /** Resolves when the terminal and its link are gone. */
  stop(): Promise<void>;
  /** To be called as `socat` reaches the TCP port. */
  connected(): void;
  pid(): number | null;
}

const RESTART_DELAY_MS = 200;
const RESTARTS_MAX = 20;

export function createSocatKeeper(options: {
  clock: Clock;
  path: string;
  tcpPort: number;
  log: (message: string) => void;
}): SocatKeeper {
  const { clock, path, tcpPort, log } = options;
  let wanted = false;
  let running: { child: ChildProcess; keptFd: number } | null = null;
  let starting: Promise<unknown> = Promise.resolve();
  let cancelRestart = () => {};
  let failedStarts = 0;
  let tellConnected = () => {};

  const startOne = async () => {
    const connected = new Promise<void>((resolve) => {
      tellConnected = resolve;
    });
    const child = await startSocat({ clock, path, tcpPort, connected });
    if (!wanted) return stopSocat(child, path);
    // One open handle of our own keeps the terminal's settings, and keeps `socat` from seeing an end each time a
    // program closes it.
    const keptFd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    running = { child, keptFd };
    child.once('exit', () => {
      if (running?.child === child) restartLater();
    });
    failedStarts = 0;
    return undefined;
  };
  const startInTurn = () => {
    const started = starting.then(startOne);
    starting = started.catch(() => {});
    return started;
  };
  const forget = () => {
    const ended = running;
    running = null;
    if (ended) closeSync(ended.keptFd);
    return ended;
  };
  const restartLater = () => {
    forget();
    failedStarts += 1;
    if (failedStarts > RESTARTS_MAX)
      return log(`${path} is gone: socat ended ${RESTARTS_MAX} times in a row`);
    log(`${path} is gone: socat ended; starting another`);
    cancelRestart = clock.after(RESTART_DELAY_MS, () => {
      startInTurn().then(
        () => log(`${path} is back`),
        () => wanted && restartLater(),
      );
    });
  };

  return {
    start: async () => {
      if (wanted) return;
      wanted = true;
      failedStarts = 0;
      await startInTurn().catch((error) => {
        wanted = false;
        throw error;
      });
    },
    stop: async () => {
      wanted = false;
      cancelRestart();
      const ended = forget();
      if (ended) await stopSocat(ended.child, path);
      await starting;
    },
    connected: () => tellConnected(),
    pid: () => running?.child.pid ?? null,
  };
}
