import { authenticator, lockerKeys } from './access/index.ts';
import { startBroker } from './broker/index.ts';
import type { RunOptions } from './config.ts';
import type { Foundation, Machine } from './foundation.ts';
import type { BrokerAddresses } from './http/index.ts';
import { portTaken } from './setup-error.ts';

export interface OpenBroker {
  /** What the server itself connects to. */
  url: string;
  /** With this, unless the address has a password of its own. */
  ownPassword: string;
  /** Told to lockers. */
  addresses: BrokerAddresses;
  stop(): Promise<void>;
}

/** The embedded broker, or the address of another one. Throws SetupError `port`. */
export async function openBroker(
  options: RunOptions,
  { database, ring }: Foundation,
  machine: Machine,
): Promise<OpenBroker> {
  const ownPassword = ring.serverPassword();
  const outside = options['broker-url'];
  if (outside !== undefined) {
    const told = new URL(outside);
    told.username = told.password = '';
    const url = told.href;
    const addresses = /^mqtts?:/.test(url) ? { mqtt: url } : { ws: url };
    return { url: outside, ownPassword, addresses, stop: async () => {} };
  }
  const keysOf = lockerKeys(database.db, ring, machine.clock);
  const broker = await startBroker({
    tcpPort: options['mqtt-port'],
    wsPort: options['ws-port'],
    authenticate: authenticator(database.db, ring, keysOf),
    ...machine,
  }).catch((error: unknown) => {
    throw portTaken(error, '--mqtt-port or --ws-port');
  });
  const { tcpUrl, wsUrl, stop } = broker;
  return { url: tcpUrl, ownPassword, addresses: { mqtt: tcpUrl, ws: wsUrl }, stop };
}
