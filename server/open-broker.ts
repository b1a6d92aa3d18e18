import type { Kysely } from 'kysely';
import { authenticator, type CertificateAuthority, type KeyRing, lockerKeys } from './access/index.ts';
import { type BrokerOptions, startBroker } from './broker/index.ts';
import { watchCertificates } from './certificate-watch.ts';
import type { RunOptions } from './config.ts';
import type { Tables } from './database/index.ts';
import type { Machine } from './foundation.ts';
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

export interface BrokerParts {
  db: Kysely<Tables>;
  ring: KeyRing;
  authority: CertificateAuthority;
}

/** The embedded broker, or the address of another one. Throws SetupError `port`. */
export async function openBroker(
  options: RunOptions,
  { db, ring, authority }: BrokerParts,
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
  const keysOf = lockerKeys(db, ring, machine.clock);
  const broker = await startBroker({
    tcpPort: options['mqtt-port'],
    wsPort: options['ws-port'],
    ...(await mutualTls(options, authority)),
    authenticate: authenticator({ db, ring, keysOf, clock: machine.clock }),
    ...machine,
  }).catch((error: unknown) => {
    throw portTaken(error, '--mqtt-port, --ws-port, --mqtts-port or --wss-port');
  });
  const { tcpUrl, wsUrl, tlsUrl, wssUrl } = broker;
  const watch = watchCertificates(broker, { db, ...machine });
  return {
    url: tcpUrl,
    ownPassword,
    addresses: {
      ...{ mqtt: tcpUrl, ws: wsUrl },
      ...(tlsUrl !== undefined && { mqtts: tlsUrl }),
      ...(wssUrl !== undefined && { wss: wssUrl }),
    },
    async stop() {
      await watch.stop();
      await broker.stop();
    },
  };
}

/** Nothing unless a port is given; then with a certificate for this machine's own names, and for the one that lockers use. */
async function mutualTls(
  options: RunOptions,
  authority: CertificateAuthority,
): Promise<Pick<BrokerOptions, 'mutualTls'>> {
  const { 'mqtts-port': tcpPort, 'wss-port': wsPort, 'tls-host': host } = options;
  if (tcpPort === undefined && wsPort === undefined) return {};
  const own = await authority.certifyServer(ownNames(host));
  return { mutualTls: { ...own, authority: authority.certificate, host, tcpPort, wsPort } };
}

/** How lockers may call this machine. */
export function ownNames(host: string | undefined): string[] {
  return ['localhost', '127.0.0.1', '::1', ...(host === undefined ? [] : [host])];
}
