import type { CertificateAuthority } from '../access/index.ts';
import type { BookingParts } from '../booking/index.ts';
import type { Logger } from './logger.ts';

/** At least one is there; the last two ask for the locker's certificate. */
export type BrokerAddresses = Partial<Record<'mqtt' | 'ws' | 'mqtts' | 'wss', string>>;

/** What the routes work with. */
export interface HttpParts extends BookingParts {
  logger: Logger;
  authority: CertificateAuthority;
  /** Of this server, for health and enrolment. */
  version: string;
  /** Where lockers find the broker. */
  broker: BrokerAddresses;
  /** Where lockers renew their certificates. */
  renewal?: string | undefined;
  /** Shown on the first page: the mailbox, the kiosk and the panel of a demonstration. */
  links: readonly { name: string; url: string }[];
  /** The folder of the built pages. */
  pagesFolder: string;
}
