import type { LockerKeys } from '@latchwork/shared';
import type { Logger } from 'pino';
import type { Clock } from './ports/clock.ts';
import type { Console } from './ports/console.ts';
import type { Doors } from './ports/doors.ts';
import type { Kiosk } from './ports/kiosk.ts';
import type { Random } from './ports/random.ts';
import type { Scanner } from './ports/scanner.ts';
import type { Store } from './ports/store.ts';
import type { Uplink } from './ports/uplink.ts';

/** Everything through which an agent meets the world; real in a locker, simulated in tests. */
export interface AgentPorts {
  clock: Clock;
  random: Random;
  store: Store;
  doors: Doors;
  kiosk: Kiosk;
  /** A locker without couriers has none. */
  scanner?: Scanner;
  /** For a technician on the machine; simulations have none. */
  console?: Console;
  uplink: Uplink;
  keys: LockerKeys;
  logger: Logger;
}
