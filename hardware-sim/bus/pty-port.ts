import type { Clock } from '../clock.ts';
import type { LinePort } from './line-port.ts';
import { createSocatKeeper } from './socat-keeper.ts';
import { openTcpPort } from './tcp-port.ts';

/**
 * Opens a line's end as a terminal device at `path`, held by a `socat` child that carries its bytes to a private TCP
 * port. A program may open and close the terminal as often as it likes; a `socat` that dies is replaced. Unplugging
 * takes the device away, which an open program sees as a hang-up.
 *
 * Rejects with code `SOCAT_MISSING`, `LINE_PATH_TAKEN` (something that is no link lies at `path`) or `LINE_NOT_READY`.
 */
export async function openPtyPort(options: {
  clock: Clock;
  path: string;
  onBytes: (bytes: Uint8Array) => void;
  log: (message: string) => void;
}): Promise<LinePort & { socatPid(): number | null }> {
  const { clock, path, log } = options;
  const tcp = await openTcpPort({
    port: 0,
    onBytes: options.onBytes,
    onHosts: (count) => {
      if (count > 0) socat.connected();
    },
  });
  const socat = createSocatKeeper({ clock, path, tcpPort: tcp.port, log });
  try {
    await socat.start();
  } catch (error) {
    await tcp.stop();
    throw error;
  }

  return {
    address: path,
    send: tcp.send,
    plugIn: socat.start,
    unplug: socat.stop,
    stop: async () => {
      await socat.stop();
      await tcp.stop();
    },
    socatPid: socat.pid,
  };
}
