import { spawn } from 'node:child_process';
import type { ServiceManager } from '../../ports/service-manager.ts';

/** Each is a process of a few milliseconds; more than these at once mean that systemd does not take them. */
const underwayMax = 3;

export interface SystemdOptions {
  /** Where systemd says how it wants to be told: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID. */
  env: Readonly<Record<string, string | undefined>>;
  pid: number;
  /** The first trouble of each kind, in words. */
  onTrouble(what: string): void;
}

/**
 * Speaks to systemd through its own `systemd-notify`, since plain Node has no datagram sockets of the AF_UNIX kind; so
 * the unit needs `NotifyAccess=all`. A word costs one process, about 5 ms of work on a desktop and 20 ms on a Pi: with
 * the watchdog fed three times per deadline of 30 s, a fifth of a percent.
 */
export function systemdNotify({ env, pid, onTrouble }: SystemdOptions): ServiceManager {
  const { NOTIFY_SOCKET: socket, PATH } = env;
  const troubles = new Set<string>();
  let underway = 0;

  function trouble(what: string): void {
    if (troubles.has(what)) return;
    troubles.add(what);
    onTrouble(what);
  }

  function tell(assignment: string): void {
    if (!socket) return;
    if (underway >= underwayMax) return trouble('systemd-notify does not end');
    underway += 1;
    const child = spawn('systemd-notify', [assignment], {
      stdio: 'ignore',
      env: { NOTIFY_SOCKET: socket, ...(PATH === undefined ? {} : { PATH }) },
    });
    child.unref();
    // One of the two comes, and after an error no exit.
    child.once('error', (error) => {
      underway -= 1;
      trouble(`systemd-notify cannot be run: ${error.message}`);
    });
    child.once('exit', (status) => {
      underway -= 1;
      if (status !== 0) trouble(`systemd-notify ended with status ${status}`);
    });
  }

  return {
    watchdogMs: watchdogOf(env, pid),
    ready: () => tell('READY=1'),
    alive: () => tell('WATCHDOG=1'),
    stopping: () => tell('STOPPING=1'),
  };
}

/** WATCHDOG_PID names whose watchdog it is: the variables are inherited by whatever a service starts. */
function watchdogOf(env: SystemdOptions['env'], pid: number): number | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: whose } = env;
  const watchdogMs = Number(usec) / 1000;
  if (!socket || !(watchdogMs > 0) || (whose !== undefined && Number(whose) !== pid)) return undefined;
  return watchdogMs;
}
