import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { LinePort } from './line-port.ts';
import { startSocat, stopSocat } from './socat.ts';
import { openTcpPort } from './tcp-port.ts';

const RESTART_DELAY_MS = 200;
const RESTARTS_MAX = 20;

/**
 * Opens a line's end as a terminal device at `path`, held by a `socat` child that carries its bytes to a private TCP
 * port. A program may open and close the terminal as often as it likes; a `socat` that dies is replaced, up to 20 times
 * without success. Unplugging takes the device away, which an open program sees as a hang-up. Rejects as
 * {@link startSocat} does.
 */
export async function openPtyPort(options: {
  clock: Clock;
  path: string;
  onBytes: (bytes: Uint8Array) => void;
  log: (message: string) => void;
}): Promise<LinePort & { socatPid(): number | null }> {
  const { clock, path, log } = options;
  let tellConnected = () => {};
  const tcp = await openTcpPort({
    port: 0,
    onBytes: options.onBytes,
    onHosts: (count) => count > 0 && tellConnected(),
  });
  let plugged = true;
  let child: ChildProcess | null = null;
  let keeperFd: number | null = null;
  let cancelRestart = () => {};
  let failedStarts = 0;

  const start = async () => {
    const connected = new Promise<void>((resolve) => {
      tellConnected = resolve;
    });
    const started = await startSocat({ clock, path, tcpPort: tcp.port, connected });
    if (!plugged) return stopSocat(started, path);
    child = started;
    started.once('exit', () => restartLater(started));
    // One open handle of our own keeps the terminal's settings, and keeps `socat` from seeing an end each time a
    // program closes it.
    keeperFd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    failedStarts = 0;
    return undefined;
  };
  const forget = () => {
    cancelRestart();
    child = null;
    if (keeperFd !== null) closeSync(keeperFd);
    keeperFd = null;
  };
  const restartLater = (ended: ChildProcess | null) => {
    if (!plugged || child !== ended) return;
    forget();
    failedStarts += 1;
    if (failedStarts > RESTARTS_MAX)
      return log(`${path} is gone: socat ended ${RESTARTS_MAX} times in a row`);
    log(`socat for ${path} ended; starting another`);
    cancelRestart = clock.after(RESTART_DELAY_MS, () => {
      start().catch(() => restartLater(null));
    });
  };
  const unplug = async () => {
    plugged = false;
    const ending = child;
    forget();
    if (ending) await stopSocat(ending, path);
  };

  await start().catch(async (error) => {
    await tcp.stop();
    throw error;
  });

  return {
    address: path,
    send: tcp.send,
    plugIn: async () => {
      if (plugged) return;
      plugged = true;
      await start();
    },
    unplug,
    stop: async () => {
      await unplug();
      await tcp.stop();
    },
    socatPid: () => child?.pid ?? null,
  };
}
